import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ed25519Signer, generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import { RunId } from '../../lib/failure/ids.ts';
import type { RunnerCommand } from '../../lib/recovery/command.ts';
import { loadOrCreateKeys } from '../../runner/keys.ts';
import { sendBody } from '../../runner/queue.ts';
import {
  brokenHost,
  failureId,
  type Host,
  type Queues,
  startQueues,
  startRecovery,
  startRunner,
  until,
} from './control-room.ts';

let queues: Queues;
let host: Host;
let recovery: ReturnType<typeof startRecovery>;
let runner: ReturnType<typeof startRunner>;
beforeAll(async () => {
  queues = await startQueues();
  host = await brokenHost(queues);
  recovery = startRecovery(queues, host);
  recovery.trust(loadOrCreateKeys(join(host.home, 'runner.key')).publicKey);
  runner = startRunner(host);
  await runner.started;
});
afterAll(async () => {
  await runner.stop();
  await recovery.stop();
  await queues.stop();
  host.remove();
});

const send = (body: unknown) =>
  sendBody(queues.sqs, host.urls.commands, typeof body === 'string' ? body : JSON.stringify(body));
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const offer = (runId: string, times: { issuedAt?: string; expiresAt?: string } = {}): RunnerCommand => ({
  version: 1,
  kind: 'offer',
  runner: 'demo',
  failureId,
  runId: RunId.parse(runId),
  issuedAt: inMinutes(0),
  expiresAt: inMinutes(5),
  strategy: 'rollback-and-retry',
  order: {},
  dryRun: false,
  component: 'shop',
  workTree: 'shop',
  ...times,
});
const forger = ed25519Signer(generateKeys().privateKey, 'test');
const refusalOf = (runId: string) => recovery.reports.find((report) => report.runId === runId);
const isRefusedInLog = (code: string) => (runner.output().includes(`"code":"${code}"`) ? true : undefined);

it.each([
  ['forged', 'forged', 'R-0000000F01', () => forger(JSON.stringify(offer('R-0000000F01')))],
  ['expired', 'expired', 'R-0000000F02', () => recovery.sign(offer('R-0000000F02', { expiresAt: inMinutes(-1) }))],
  [
    'from the future',
    'in-the-future',
    'R-0000000F03',
    () => recovery.sign(offer('R-0000000F03', { issuedAt: inMinutes(4) })),
  ],
])('refuses a command that is %s, and reports it', async (_what, code, runId, command) => {
  await send(command());
  expect(await until(() => refusalOf(runId))).toMatchObject({ kind: 'refused', code, sequence: 1 });
  // There is no such run: what was reported is kept for the operator.
  const kept = await until(() => recovery.poison.find(({ advice }) => advice.includes(runId)));
  expect(kept.reason).toBe('invalid_report');
  expect(isRefusedInLog(code)).toBe(true);
});

it('takes no notice of what is no command, or is for somebody else', async () => {
  const before = recovery.reports.length;
  await send('{');
  await send({ payload: 'null', signature: '' });
  await send(recovery.sign({ ...offer('R-0000000F04'), runner: 'other' }));
  await until(() => isRefusedInLog('unreadable'));
  await until(() => isRefusedInLog('not-mine'));
  expect(recovery.reports).toHaveLength(before);
});

it('carries out no plan that it never made', async () => {
  const runId = RunId.parse('R-0000000F05');
  const times = { issuedAt: inMinutes(0), expiresAt: inMinutes(1) };
  const plan = { nonce: 'x'.repeat(32), planHash: 'ab'.repeat(32) };
  await send(recovery.sign({ version: 1, kind: 'go', runner: 'demo', failureId, runId, ...times, ...plan }));
  expect(await until(() => refusalOf('R-0000000F05'))).toMatchObject({ kind: 'refused', code: 'unknown_plan' });
  expect(host.read('shop.sh')).toContain('broken');
});

it('answers a repeated offer as before, and does a repeated go once', async () => {
  const sent: RunnerCommand[] = [];
  const { ports } = host.world;
  const { send: sendOn } = ports.commands;
  ports.commands = {
    async send(command) {
      sent.push(command);
      await sendOn(command);
      await sendOn(command);
    },
  };
  const runId = await recovery.request();
  const { run } = await recovery.ended(runId);
  expect(run.state).toBe('succeeded');
  const readies = recovery.reports.filter((report) => report.kind === 'ready' && report.runId === runId);
  expect(new Set(readies.map((report) => JSON.stringify(report))).size).toBe(1);
  const restores = recovery.reports.filter((report) => report.kind === 'step' && report.step.name === 'Roll back');
  expect(restores.map((report) => report.kind === 'step' && report.step.state)).toEqual(['started', 'done']);

  // Guards against a red step on a run that is over: SQS may deliver a copy late.
  const offered = sent.find(({ kind }) => kind === 'offer');
  if (!offered) throw new Error('no offer was sent');
  await send(recovery.sign({ ...offered, expiresAt: inMinutes(-1) }));
  await until(
    () =>
      runner
        .output()
        .split('\n')
        .some((line) => line.includes('"expired"') && line.includes(runId)) || undefined,
  );

  // Replayed later by somebody who kept it.
  const go = sent.find(({ kind }) => kind === 'go');
  if (!go) throw new Error('no go was sent');
  await send(recovery.sign(go));
  await until(() => recovery.reports.find((report) => report.kind === 'refused' && report.code === 'repeated'));
  const steps = await until(async () => {
    const stored = await ports.runs.get(failureId, runId);
    return stored?.run.steps.find(({ name }) => name === 'refuse-command') && stored.run.steps;
  });
  expect(steps.at(-1)?.detail).toContain('it has ended');
  expect(recovery.reports.filter((report) => report.runId === runId && report.kind === 'refused')).toHaveLength(1);
});

it('hears a cancel while it still plans', async () => {
  const slow = await brokenHost(queues);
  const bin = join(slow.home, 'bin');
  mkdirSync(bin);
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nsleep 0.5\nexec ${git} "$@"\n`, { mode: 0o755 });
  const process = startRunner(slow, { env: { PATH: `${bin}:${slow.env.PATH}` } });
  try {
    await process.started;
    const runId = RunId.parse('R-0000000F06');
    const sign = ed25519Signer(slow.recoveryKeys.privateKey, 'test');
    const post = (command: RunnerCommand) =>
      sendBody(queues.sqs, slow.urls.commands, JSON.stringify(sign(JSON.stringify(command))));
    await post(offer('R-0000000F06'));
    await until(() => existsSync(join(slow.home, 'journal', `${runId}.jsonl`)) || undefined);
    const times = { issuedAt: inMinutes(0), expiresAt: inMinutes(1) };
    await post({ version: 1, kind: 'cancel', runner: 'demo', failureId, runId, reason: 'changed my mind', ...times });
    await until(() => process.output().includes('cancelled while it was planned') || undefined);
    expect(process.output()).not.toContain('"ready"');
  } finally {
    await process.stop();
    slow.remove();
  }
});
