import { expect, it, onTestFinished } from 'vitest';
import { FailureId, RunId } from '../../lib/failure/ids.ts';
import type { RunnerCommand } from '../../lib/recovery/command.ts';
import type { RunOrder, Strategy } from '../../lib/recovery/run.ts';
import type { RunnerContext } from '../../runner/context.ts';
import { handleCommand } from '../../runner/handle-command.ts';
import { openJournal } from '../../runner/journal.ts';
import { readRunnerConfig } from '../../runner/read-config.ts';
import type { ReportBody } from '../../runner/report-desk.ts';
import { until } from './control-room.ts';
import { type ToolHost, toolHost } from './tool-host.ts';

const failureId = FailureId.parse('F-7K3Q9D');
let ids = 0;

/** The runner without its queues: commands go in, reports come out. */
function desk(host: ToolHost) {
  const said: (ReportBody & { runId: string })[] = [];
  const context: RunnerContext = {
    config: readRunnerConfig(host.configFile),
    journal: openJournal(host.path('journal')),
    desk: {
      report: async (run, _failureId, body) => {
        const sequence = run.nextSequence();
        run.write({ kind: 'report', sequence, report: body.kind, envelope: { payload: '{}', signature: '' } });
        said.push({ ...body, runId: run.runId });
      },
      show: async () => undefined,
      present: async () => undefined,
      heartbeat: async () => undefined,
      answer: async () => undefined,
      sendUnsent: () => undefined,
      sendAgain: () => undefined,
      settled: async () => true,
    },
    now: () => new Date(),
    log: () => undefined,
    isStopping: () => false,
    atWork: new Map(),
  };
  onTestFinished(async () => void (await Promise.all([...context.atWork.values()].map(({ done }) => done))));
  const base = (runId: string) => ({
    version: 1 as const,
    runner: 'demo',
    failureId,
    runId: RunId.parse(runId),
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  });
  const send = async (command: RunnerCommand) => (await handleCommand(context, command))();
  return {
    context,
    said,
    reload: () => {
      context.config = readRunnerConfig(host.configFile);
    },
    ready: () => said.filter((report) => report.kind === 'ready'),
    async offer(strategy: Strategy, { component = 'shop', order = {} as RunOrder, dryRun = false } = {}) {
      const runId = `R-${String(++ids).padStart(8, '0')}DD`;
      await send({ ...base(runId), kind: 'offer', strategy, order, dryRun, component });
      return runId;
    },
    go: (runId: string, { nonce, plan }: Extract<ReportBody, { kind: 'ready' }>) =>
      send({ ...base(runId), kind: 'go', nonce, planHash: plan.hash }),
    result: (runId: string) => until(() => said.find((report) => report.runId === runId && report.kind === 'result')),
  };
}
const stopWith = (name: string) => ({ components: { shop: { stop: { command: ['sh', '-c', `echo x >> ${name}`] } } } });

it('plans and reports again when the world changed by the time of go, and the old go is worth nothing then', async () => {
  const host = toolHost(stopWith('one'));
  const room = desk(host);
  const runId = await room.offer('shutdown');
  const [first] = room.ready();
  if (!first) throw new Error('not ready');
  host.configure(stopWith('two'));
  room.reload();
  await room.go(runId, first);
  const second = await until(() => room.ready()[1]);
  expect(second.nonce).not.toBe(first.nonce);
  expect(second.plan.hash).not.toBe(first.plan.hash);
  await room.go(runId, first);
  expect(room.said.filter(({ kind }) => kind === 'result' || kind === 'refused')).toEqual([]);
  await room.go(runId, second);
  expect(await room.result(runId)).toMatchObject({ ok: true, reason: 'shop: stopped.' });
  expect(host.read('two')).toBe('x\n');
  expect(() => host.read('one')).toThrow();
});

it('shows the plan of a dry run and refuses to carry it out', async () => {
  const host = toolHost(stopWith('one'));
  const room = desk(host);
  const runId = await room.offer('shutdown', { dryRun: true });
  const [ready] = room.ready();
  if (!ready) throw new Error('not ready');
  await room.go(runId, ready);
  expect(room.said.at(-1)).toMatchObject({ kind: 'refused', code: 'dry_run' });
  expect(() => host.read('one')).toThrow();
});

it('does one recovery a place: another is refused while the first works, but may be looked at', async () => {
  const slow = { components: { shop: { stop: { command: ['sh', '-c', 'echo x >> one; sleep 1'] } } } };
  const host = toolHost(slow);
  const room = desk(host);
  const runId = await room.offer('shutdown');
  const [ready] = room.ready();
  if (!ready) throw new Error('not ready');
  await room.go(runId, ready);
  const other = await room.offer('shutdown');
  expect(room.said.find((report) => report.runId === other)).toMatchObject({ kind: 'refused', code: 'busy' });
  const looked = await room.offer('diagnose');
  expect(room.said.find((report) => report.runId === looked)?.kind).toBe('ready');
  expect(await room.result(runId)).toMatchObject({ ok: true });
  expect(host.read('one')).toBe('x\n');
});
