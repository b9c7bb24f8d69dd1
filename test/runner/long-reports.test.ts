import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ed25519Signer, generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import { FailureId, RunId } from '../../lib/failure/ids.ts';
import { RunnerReport } from '../../lib/recovery/command.ts';
import { openJournal } from '../../runner/journal.ts';
import { openReportDesk } from '../../runner/report-desk.ts';

const failureId = FailureId.parse('F-7K3Q9D');

it('cuts what is too long before it signs it, so that no report of its own is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-long-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run = openJournal(folder).begin(RunId.parse('R-0000000001'));
  const sent: string[] = [];
  const desk = openReportDesk({
    runner: 'demo',
    sign: ed25519Signer(generateKeys().privateKey, 'test'),
    send: async (body) => void sent.push(body),
    now: () => new Date(),
    log: () => undefined,
  });
  // Redacting makes it longer still.
  const endless = '€ password=abc '.repeat(2000);
  await desk.report(run, failureId, {
    kind: 'step',
    step: { name: 'n€'.repeat(500), state: 'failed', detail: endless, outputTail: endless },
  });
  const refs = Array.from({ length: 30 }, () => 'refs/é'.repeat(100));
  await desk.report(run, failureId, { kind: 'result', ok: false, reason: endless, refs });
  await desk.answer(
    { failureId, runId: run.runId },
    {
      kind: 'refused',
      code: 'runner_error',
      reason: endless,
      advice: endless,
    },
  );
  expect(await desk.settled(5000)).toBe(true);
  for (const body of sent) expect(RunnerReport.safeParse(JSON.parse(JSON.parse(body).payload)).error).toBeUndefined();
  expect(sent).toHaveLength(3);
  expect(sent.join()).not.toContain('password=abc');
});
