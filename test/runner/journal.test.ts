import fs, { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FailureId, RunId } from '../../lib/failure/ids.ts';
import type { RunnerConfig } from '../../runner/config.ts';
import type { RunnerContext } from '../../runner/context.ts';
import { openJournal } from '../../runner/journal.ts';
import type { JournalEntry } from '../../runner/journal-entry.ts';
import type { ReportBody } from '../../runner/report-desk.ts';
import { reportUnreadable } from '../../runner/report-unreadable.ts';
import { type RunnerOptions, runRunner } from '../../runner/runner.ts';

const at = new Date().toISOString();
const offered = (runId: RunId): JournalEntry => ({
  kind: 'offered',
  at,
  offer: {
    version: 1,
    kind: 'offer',
    runner: 'demo',
    failureId: FailureId.parse('F-7K3Q9D'),
    runId,
    issuedAt: at,
    expiresAt: at,
    strategy: 'rollback-and-retry',
    order: {},
    dryRun: false,
    component: 'shop',
    workTree: 'shop',
  },
});
const reached = (milestone: 'go' | 'saved'): JournalEntry => ({ kind: 'reached', at, milestone });

function journalFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('has a new run’s file in its folder on disk before anything is answered', () => {
  const folder = journalFolder();
  const run = openJournal(folder).begin(RunId.parse('R-0000000J06'));
  const synced: string[] = [];
  const { fsyncSync } = fs;
  fs.fsyncSync = (descriptor) => {
    synced.push(fs.fstatSync(descriptor).isDirectory() ? 'folder' : 'file');
    fsyncSync(descriptor);
  };
  syncBuiltinESMExports();
  try {
    run.write(reached('go'));
    run.write(reached('saved'));
  } finally {
    fs.fsyncSync = fsyncSync;
    syncBuiltinESMExports();
  }
  expect(synced).toEqual(['file', 'folder', 'file']);
});

it('takes back what a failed write left before it writes the next line', () => {
  const folder = journalFolder();
  const runId = RunId.parse('R-0000000J01');
  const run = openJournal(folder).begin(runId);
  run.write(offered(runId));
  // As a full disk leaves it.
  appendFileSync(join(folder, `${runId}.jsonl`), '{"kind":"reach');
  run.write(reached('go'));
  expect(openJournal(folder).find(runId)?.reached('go')).toBeDefined();
});

it('sets an unreadable file aside, says that its run failed and where its bytes are, and keeps all other runs', async () => {
  const folder = journalFolder();
  const [bad, good] = [RunId.parse('R-0000000J02'), RunId.parse('R-0000000J03')];
  openJournal(folder).begin(good).write(offered(good));
  const file = join(folder, `${bad}.jsonl`);
  const lines = [offered(bad), reached('go'), reached('saved'), { kind: 'numbered', sequence: 7 }];
  const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"kind":"rep{"kind":"sent","sequence":1}\n`;
  writeFileSync(file, text);

  const journal = openJournal(folder);
  expect(journal.find(good)?.find('offered')).toBeDefined();
  expect(journal.find(bad)).toBeUndefined();
  expect([existsSync(file), readFileSync(`${file}.unreadable`, 'utf8')]).toEqual([false, text]);

  const said: { body: ReportBody; sequence: number }[] = [];
  const desk: Pick<RunnerContext['desk'], 'report'> = {
    report: async (run, _failureId, body) => void said.push({ body, sequence: run.nextSequence() }),
  };
  for (const lost of journal.unreadable) {
    await reportUnreadable({ journal, desk, now: () => new Date(), log: () => undefined }, lost);
  }
  expect(said).toEqual([
    {
      sequence: 8,
      body: {
        kind: 'result',
        ok: false,
        reason: expect.stringMatching(/cannot be read \(line 5 .*Files may be half-way/),
        refs: [`refs/kintsugi/before-recovery/${bad}`],
      },
    },
  ]);
  expect(openJournal(folder)).toMatchObject({ unreadable: [] });
  expect(openJournal(folder).find(bad)?.find('ended')?.how).toBe('done');
});

it('cannot stand where a file is, or where it may not write: the runner says so, and what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'journal');
  writeFileSync(file, 'somebody else’s');
  for (const journal of [file, join(file, 'below')]) {
    const config = { name: 'demo', keys: { file: join(folder, 'key') }, journal } as RunnerConfig;
    await expect(runRunner(config, {} as RunnerOptions)).rejects.toThrow(
      /cannot be the runner's journal.*`journal` in runner.yml/,
    );
  }
  expect(readFileSync(file, 'utf8')).toBe('somebody else’s');
});
