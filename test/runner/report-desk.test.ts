import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ed25519Signer, generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import { FailureId, RunId } from '../../lib/failure/ids.ts';
import { openJournal } from '../../runner/journal.ts';
import { openReportDesk } from '../../runner/report-desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'kintsugi-desk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const failureId = FailureId.parse('F-7K3Q9D');

function deskWith(send: (body: string) => Promise<void>) {
  return openReportDesk({
    runner: 'demo',
    sign: ed25519Signer(generateKeys().privateKey, 'test'),
    send,
    now: () => new Date(),
    log: () => undefined,
    backoffMs: { first: 1, most: 4 },
  });
}
const sequences = (bodies: string[]) => bodies.map((body) => JSON.parse(JSON.parse(body).payload).sequence);
const step = (name: string) => ({ kind: 'step' as const, step: { name, state: 'done' as const } });

it('sends reports in order once the queue is back, and notes what was sent', async () => {
  const run = openJournal(join(folder, 'back')).begin(RunId.parse('R-0000000001'));
  const sent: string[] = [];
  let failures = 5;
  const desk = deskWith(async (body) => {
    if (failures-- > 0) throw new Error('away');
    sent.push(body);
  });
  for (const name of ['one', 'two', 'three']) await desk.report(run, failureId, step(name));
  expect(await desk.settled(5000)).toBe(true);
  expect(sequences(sent)).toEqual([1, 2, 3]);
  expect(run.unsent()).toEqual([]);
});

it('sends after a restart what was never sent, with the numbers that it had', async () => {
  const journal = join(folder, 'restart');
  const runId = RunId.parse('R-0000000002');
  const away = deskWith(() => new Promise(() => undefined));
  const before = openJournal(journal).begin(runId);
  await away.report(before, failureId, step('one'));
  expect(await away.settled(20)).toBe(false);

  // Killed in the middle of the next line.
  writeFileSync(join(journal, `${runId}.jsonl`), '{"kind":"rep', { flag: 'a' });
  const after = openJournal(journal).find(runId);
  if (!after) throw new Error('the journal forgot the run');
  const sent: string[] = [];
  const desk = deskWith(async (body) => void sent.push(body));
  desk.sendUnsent(after);
  await desk.report(after, failureId, step('two'));
  expect(await desk.settled(5000)).toBe(true);
  expect(sequences(sent)).toEqual([1, 2]);
});

it('takes secrets out before a report is signed or kept', async () => {
  const run = openJournal(join(folder, 'secret')).begin(RunId.parse('R-0000000003'));
  const sent: string[] = [];
  const desk = deskWith(async (body) => void sent.push(body));
  const outputTail = `password=hunter2secret\n${'x'.repeat(5000)}\ntoken=abcdefgh12345678`;
  await desk.report(run, failureId, {
    kind: 'step',
    step: { name: 'Check', state: 'failed', detail: 'ada@example.com', outputTail },
  });
  await desk.settled(5000);
  const kept = readFileSync(join(folder, 'secret', 'R-0000000003.jsonl'), 'utf8');
  for (const text of [sent.join(), kept]) expect(text).not.toMatch(/hunter2|abcdefgh12345678|ada@example/);
  expect(JSON.parse(JSON.parse(sent[0] ?? '').payload).step.outputTail).toMatch(/x\ntoken=\[redacted secret\]$/);
});

it('lets no heartbeat that cannot be sent or noted end the runner', async () => {
  const run = openJournal(join(folder, 'beat')).begin(RunId.parse('R-0000000004'));
  const fullDisk = () => {
    throw new Error('ENOSPC');
  };
  const desk = deskWith(() => Promise.reject(new Error('away')));
  await desk.heartbeat({ ...run, write: fullDisk, nextSequence: fullDisk }, failureId);
});

it('cleans the whole text before it clips it', async () => {
  const run = openJournal(join(folder, 'clip')).begin(RunId.parse('R-0000000005'));
  const sent: string[] = [];
  const desk = deskWith(async (body) => void sent.push(body));
  const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEF\n'.repeat(60)}-----END PRIVATE KEY-----`;
  const detail = `${'x'.repeat(500)} ${key}\n\u001b[31mpass\u001b[0mword=hunter2secret`;
  await desk.report(run, failureId, { kind: 'step', step: { name: 'Check', state: 'failed', detail } });
  await desk.report(run, failureId, { kind: 'result', ok: false, reason: detail, refs: [] });
  await desk.settled(5000);
  expect(sent).toHaveLength(2);
  for (const body of sent) expect(body).not.toMatch(/MIIEvQIBADAN|hunter2/);
});
