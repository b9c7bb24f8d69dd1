import { expect, it } from 'vitest';
import type { RunId } from '../../../lib/failure/ids.ts';
import { resolve } from '../../../lib/failure/moves/by-people.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import {
  examplePlan,
  failureId,
  type RecoveryWorld,
  type ReportBody,
  recoveryWorld,
  reportOf,
} from './recovery-world.ts';

const strategy = 'rollback-and-retry' as const;
const nonce = 'n'.repeat(32);
const ask = (world: RecoveryWorld, by = 'U0ADA') => requestRecovery(world.ports, { failureId, by, strategy });

async function requested(world: RecoveryWorld): Promise<RunId> {
  const answer = await ask(world);
  if (answer.kind !== 'requested') throw new Error(answer.because);
  return answer.run.id;
}
const report = (world: RecoveryWorld, runId: RunId, body: ReportBody) =>
  recordReport(world.ports, reportOf(world, runId, body));
const follow = (world: RecoveryWorld, runId: RunId) => followRun(world.ports, { failureId, runId });

async function running(world: RecoveryWorld): Promise<RunId> {
  const runId = await requested(world);
  await follow(world, runId);
  await report(world, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce });
  return runId;
}
const commandsOf = (world: RecoveryWorld) => world.commands.map(({ kind }) => kind);

it('goes from the request over offer, ready and go to a resolved failure', async () => {
  const world = await recoveryWorld();
  const runId = await requested(world);
  expect(await world.failure()).toMatchObject({ status: 'recovering', runId });
  expect(world.hints).toEqual(['effects', 'recovery', 'notify']);

  await follow(world, runId);
  expect(world.commands).toMatchObject([{ kind: 'offer', runner: 'demo', workTree: 'shop', component: 'shop' }]);
  await report(world, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce });
  expect(world.commands[1]).toMatchObject({ kind: 'go', nonce, planHash: examplePlan.hash });

  const step = { name: 'Check', state: 'done' as const, detail: 'exit 0' };
  await report(world, runId, { kind: 'step', sequence: 2, step });
  await report(world, runId, { kind: 'result', sequence: 3, ok: true, reason: 'It works.', refs: ['refs/kintsugi/x'] });
  expect(await world.failure()).toMatchObject({
    status: 'resolved',
    how: 'recovery',
    resolvedBy: 'runner:demo',
    outcomes: [{ strategy, worked: 1, tried: 1 }],
  });
  const { run, dues } = await world.run(runId);
  expect(run).toMatchObject({ state: 'succeeded', refs: ['refs/kintsugi/x'], steps: [step] });
  expect(dues).toEqual({});
  expect(world.hints).toContain('learn');
});

it('refuses what may not be recovered, and says why', async () => {
  const minor = await recoveryWorld({ level: 2 });
  expect(await ask(minor)).toMatchObject({ kind: 'refused', because: 'too-low', fromLevel: 3 });
  const unregistered = await recoveryWorld({ component: 'api' });
  expect(await ask(unregistered)).toMatchObject({ because: 'no-runner', missing: 'components.api.recovery' });
  const world = await recoveryWorld();
  const runId = await requested(world);
  expect(await ask(world, 'U0BOB')).toMatchObject({ because: 'already-recovering', runId });
  for (const each of [minor, unregistered]) expect(await each.ports.runs.list(failureId)).toEqual([]);
});

it('lets one of two people who press at once start the recovery, and cancels the run of the other', async () => {
  const world = await recoveryWorld();
  const answers = await Promise.all([ask(world), ask(world, 'U0BOB')]);
  expect(answers.map(({ kind }) => kind).sort()).toEqual(['refused', 'requested']);
  const runs = await world.ports.runs.list(failureId);
  const states = runs.map(({ state }) => state);
  expect(states.filter((state) => state === 'requested')).toHaveLength(1);
  expect(states.filter((state) => state === 'cancelled')).toHaveLength(states.length - 1);
});

it('offers again while the runner is silent, then gives up and gives the failure back', async () => {
  const world = await recoveryWorld();
  const runId = await requested(world);
  await follow(world, runId);
  await follow(world, runId);
  expect(commandsOf(world)).toEqual(['offer']);
  world.clock.at += 61_000;
  await follow(world, runId);
  expect(commandsOf(world)).toEqual(['offer', 'offer']);
  world.clock.at += 5 * 60_000;
  await follow(world, runId);
  expect((await world.run(runId)).run).toMatchObject({ state: 'expired', reason: 'Runner demo did not answer.' });
  expect(await world.failure()).toMatchObject({ status: 'open', outcomes: [] });
  expect(commandsOf(world)).toEqual(['offer', 'offer', 'cancel']);
});

it('does not release a plan whose answer comes too late, or at once when its failure got worse meanwhile', async () => {
  const late = await recoveryWorld();
  const lateRun = await requested(late);
  late.clock.at += 6 * 60_000;
  await report(late, lateRun, { kind: 'ready', sequence: 1, plan: examplePlan, nonce });
  expect((await late.run(lateRun)).run.state).toBe('expired');

  const worse = await recoveryWorld();
  const runId = await requested(worse);
  const failure = await worse.failure();
  const raised = {
    ...failure,
    level: 4 as const,
    version: failure.version + 1,
    lastAction: { ...failure.lastAction, id: 'x' },
  };
  await worse.ports.failures.saveState(raised, { expectedVersion: failure.version });
  await report(worse, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce });
  expect((await worse.run(runId)).run).toMatchObject({
    state: 'awaiting-approval',
    approvalsNeeded: 1,
    plan: examplePlan,
  });
  expect(await worse.failure()).toMatchObject({ status: 'recovering' });
  for (const world of [late, worse]) expect(commandsOf(world)).not.toContain('go');
});

it('sends go again, with the same nonce, until the runner gives a sign of life', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  await report(world, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce });
  world.clock.at += 21_000;
  await follow(world, runId);
  const gos = world.commands.filter((command) => command.kind === 'go');
  expect(gos.map((go) => go.nonce)).toEqual([nonce, nonce, nonce]);
  await report(world, runId, { kind: 'heartbeat', sequence: 2 });
  world.clock.at += 21_000;
  await follow(world, runId);
  expect(commandsOf(world).filter((kind) => kind === 'go')).toHaveLength(3);
});

it('declares a silent run lost, and lets the same run go on when its runner is back', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  await report(world, runId, { kind: 'heartbeat', sequence: 2 });
  world.clock.at += 1;
  await report(world, runId, { kind: 'heartbeat', sequence: 3 });
  world.clock.at += 31_000;
  await follow(world, runId);
  expect((await world.run(runId)).run.state).toBe('lost');
  expect((await world.failure()).status).toBe('open');

  await report(world, runId, { kind: 'heartbeat', sequence: 4 });
  expect((await world.run(runId)).run.state).toBe('running');
  expect(await world.failure()).toMatchObject({ status: 'recovering', runId });
  await report(world, runId, { kind: 'result', sequence: 5, ok: true, reason: 'It works.', refs: [] });
  expect((await world.failure()).status).toBe('resolved');
});

it('resolves by a result that was held up until its run was lost, counts it once, and tells the story', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  await report(world, runId, { kind: 'heartbeat', sequence: 2 });
  world.clock.at += 1;
  await report(world, runId, { kind: 'heartbeat', sequence: 3 });
  world.clock.at += 60_000;
  await follow(world, runId);
  expect((await world.run(runId)).run.state).toBe('lost');
  expect(await world.failure()).toMatchObject({ status: 'open', outcomes: [] });

  // The queue brings it back after its visibility timeout.
  world.clock.at += 120_000;
  await report(world, runId, { kind: 'result', sequence: 4, ok: true, reason: 'It works.', refs: [] });
  expect((await world.run(runId)).run).toMatchObject({ state: 'succeeded', reason: 'It works.' });
  expect(await world.failure()).toMatchObject({ status: 'resolved', outcomes: [{ worked: 1, tried: 1 }] });
  const story = await world.ports.failures.timeline(failureId);
  expect(story.slice(-3).map(({ text }) => text)).toEqual([
    'Rollback & retry ended: Runner demo fell silent while it worked. When it is back, this same run goes on.',
    expect.stringContaining('Rollback & retry'),
    'Rollback & retry worked, so this is resolved',
  ]);
});

it('leaves the failure to another run that holds it when the result of a lost one comes late', async () => {
  const world = await recoveryWorld();
  const first = await running(world);
  world.clock.at += 4 * 60_000;
  await follow(world, first);
  const second = await requested(world);
  await report(world, first, { kind: 'result', sequence: 9, ok: true, reason: 'It works.', refs: [] });
  expect((await world.run(first)).run).toMatchObject({ state: 'succeeded', reason: 'It works.' });
  expect(await world.failure()).toMatchObject({ status: 'recovering', runId: second, outcomes: [] });
});

it('resolves by a late result even when a crash came after its run was taken up again', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  world.clock.at += 4 * 60_000;
  await follow(world, runId);
  const { ports } = world;
  const result = { kind: 'result' as const, sequence: 9, ok: true, reason: 'It works.', refs: [] };
  const dead = { ...ports, failures: { ...ports.failures, saveState: () => Promise.reject(new Error('killed here')) } };
  await expect(recordReport(dead, reportOf(world, runId, result))).rejects.toThrow('killed here');
  expect((await world.run(runId)).run.state).toBe('running');
  expect((await world.failure()).status).toBe('open');

  world.clock.at += 180_000;
  await report(world, runId, result);
  expect((await world.run(runId)).run.state).toBe('succeeded');
  expect((await world.failure()).status).toBe('resolved');
});

it('does not take a runner for silent because a part of what it said is held up', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  const heldUp = reportOf(world, runId, { kind: 'step', sequence: 2, step: { name: 'Check', state: 'done' } });
  for (let sequence = 3; sequence < 21; sequence++) {
    world.clock.at += 10_000;
    await report(world, runId, { kind: 'heartbeat', sequence });
    await follow(world, runId);
  }
  await recordReport(world.ports, heldUp);
  expect((await world.run(runId)).run).toMatchObject({ state: 'running', steps: [{ name: 'Check' }] });
});

it('keeps a late result of a lost run as a fact when somebody resolved the failure meanwhile', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  world.clock.at += 4 * 60_000;
  await follow(world, runId);
  const failure = await world.failure();
  const moved = resolve(failure, { by: 'U0BOB', at: world.ports.now(), actionId: 'by-hand' });
  if (moved.kind !== 'moved') throw new Error('not resolved');
  await world.ports.failures.saveState(moved.failure, { expectedVersion: failure.version });
  await report(world, runId, { kind: 'result', sequence: 9, ok: false, reason: 'No.', refs: [] });
  expect((await world.run(runId)).run.state).toBe('failed');
  expect(await world.failure()).toMatchObject({ status: 'resolved', how: 'person', resolvedBy: 'U0BOB' });
});

it('ends a run that its runner will not do, with reason and advice, and counts it as not tried', async () => {
  const world = await recoveryWorld();
  const runId = await requested(world);
  await report(world, runId, {
    kind: 'refused',
    sequence: 1,
    code: 'not_found',
    reason: 'No checkpoint.',
    advice: 'Take one.',
  });
  expect((await world.run(runId)).run).toMatchObject({ state: 'failed', reason: 'No checkpoint. Take one.' });
  expect(await world.failure()).toMatchObject({ status: 'open', outcomes: [] });
});

it.each([
  { kind: 'refused', code: 'busy', reason: 'Another process is at work here.', advice: 'Wait for it.' },
  { kind: 'result', ok: false, reason: 'Nothing was touched.', refs: [], untouched: true },
] as const)('counts a run that was released, and ended before it began ($kind), as not tried', async (said) => {
  const world = await recoveryWorld();
  const runId = await running(world);
  await report(world, runId, { sequence: 2, ...said, ...('refs' in said && { refs: [] }) } as ReportBody);
  expect((await world.run(runId)).run.state).toBe('failed');
  expect(await world.failure()).toMatchObject({ status: 'open', outcomes: [] });
  expect((await world.failure()).latestEntry).toMatchObject({ kind: 'recovery-ended' });
});

it('shows a refused forged or repeated command as a step, and lets the run go on', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  for (const [sequence, code] of [
    [2, 'forged'],
    [3, 'repeated'],
  ] as const) {
    await report(world, runId, { kind: 'refused', sequence, code, reason: `Refused: ${code}`, advice: '' });
  }
  const { run } = await world.run(runId);
  expect(run.state).toBe('running');
  expect(run.steps.map(({ detail }) => detail)).toEqual(['Refused: forged', 'Refused: repeated']);
});

it('cancels a run that never got hold of the failure', async () => {
  const world = await recoveryWorld();
  const { ports } = world;
  const dead = { ...ports, failures: { ...ports.failures, saveState: () => Promise.reject(new Error('killed here')) } };
  await expect(requestRecovery(dead, { failureId, by: 'U0ADA', strategy })).rejects.toThrow('killed here');
  const [orphan] = await ports.runs.list(failureId);
  if (!orphan) throw new Error('no run');
  await follow(world, orphan.id);
  expect((await world.run(orphan.id)).run.state).toBe('requested');
  world.clock.at += 3 * 60_000;
  await follow(world, orphan.id);
  expect((await world.run(orphan.id)).run.state).toBe('cancelled');
  expect(commandsOf(world)).toEqual([]);
});

it('keeps a report about another runner’s run, or about no run, as poison', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  const foreign = reportOf(world, runId, { kind: 'result', sequence: 9, ok: true, reason: 'x', refs: [] }, 'other');
  await expect(recordReport(world.ports, foreign)).rejects.toMatchObject({ reason: 'forged_report' });
  const lost = { ...foreign, runner: 'demo', runId: 'R-ZZZZZZZZZZ' as RunId };
  await expect(recordReport(world.ports, lost)).rejects.toMatchObject({ reason: 'invalid_report' });
  expect((await world.run(runId)).run.state).toBe('running');
});
