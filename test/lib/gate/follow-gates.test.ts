import { expect, it } from 'vitest';
import { FailureId } from '../../../lib/failure/ids.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { followGates } from '../../../lib/gate/follow-gates.ts';
import { gateChanges } from '../../../lib/gate/gate-changes.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { carryOutEffects } from '../../../lib/response/carry-out-effects.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { failureId, recoveryWorld } from '../recovery/recovery-world.ts';

/** A failure that lets one item at a time through. */
async function canaryWorld() {
  const world = await recoveryWorld({ level: 2 });
  const { ports } = world;
  const failure = await world.failure();
  const report = { ...failure.report, error: { message: 'API error: 503 Service Unavailable' } };
  const lastAction = { ...failure.lastAction, id: 'told' };
  const next = { ...failure, report, version: failure.version + 1, lastAction };
  await ports.failures.saveState(next, { expectedVersion: failure.version, dues: {} });
  await carryOutEffects(ports, { failureId });
  const gates = async () => (await world.failure()).response?.gates;
  expect(await gates()).toEqual(['shop cause#upstream']);
  const follow = async () => {
    world.hints.length = 0;
    await followGates(ports);
    const isTold = world.hints.includes('effects');
    if (isTold) await carryOutEffects(ports, { failureId });
    return isTold;
  };
  return { ...world, gates, follow };
}

// Guards against a card that goes on saying "shut" after a host's canary opened the gate.
it('a failure learns once that a canary opened its gate, and its card follows', async () => {
  const { ports, gates, follow } = await canaryWorld();
  expect(await follow()).toBe(false);
  const claim = await claimNext(ports, { holder: 'a' });
  if (claim.kind !== 'claimed') throw new Error('nothing to claim');
  expect(claim.isCanary).toBe(true);
  await finishWork(ports, { id: claim.item.id, token: claim.item.lease.token });
  expect(await follow()).toBe(true);
  expect(await gates()).toEqual([]);
  const said = (await ports.failures.timeline(failureId)).map(({ text }) => text);
  expect(said.filter((text) => text.includes('Gate open again'))).toHaveLength(1);
  expect(await follow()).toBe(false);
});

it('a gate whose time is over is taken off the card, and of it no more is kept than that it was opened', async () => {
  const { ports, clock, gates, follow } = await canaryWorld();
  clock.at += 25 * 3_600_000;
  expect(await follow()).toBe(true);
  expect(await gates()).toEqual([]);
  const { holders, opened } = await ports.gates.held();
  expect(holders).toEqual([]);
  expect(opened).toMatchObject([{ by: 'system:time', at: '2026-05-05T10:00:00.000Z', isTold: true }]);
  expect(await follow()).toBe(false);
});

// Guards against a signal that was recorded a moment after the hold ended, and names a later end, being taken for old news.
it('a gate that opened by its time is shut again by a reason that lasts longer, be it from before that moment', async () => {
  const { ports, clock, follow } = await canaryWorld();
  const [holder] = (await ports.gates.held()).holders;
  if (!holder) throw new Error('no gate is shut');
  const { at: _at, rev: _rev, ...shut } = holder;
  const draft = { ...shut, since: new Date(clock.at + 23 * 3_600_000).toISOString() };
  clock.at += 25 * 3_600_000;
  expect(await follow()).toBe(true);
  expect(await shutGate(ports, draft)).toMatchObject({ kind: 'opened-since' });
  const until = new Date(clock.at + 5 * 3_600_000).toISOString();
  expect(gateChanges(await ports.gates.held(), [{ ...draft, until }], failureId).shut).toHaveLength(1);
  expect(await shutGate(ports, { ...draft, until })).toMatchObject({ kind: 'shut', holder: { until } });
});

it('a gate of a failure that is forgotten keeps nobody from learning of another', async () => {
  const { ports, follow } = await canaryWorld();
  const forgotten = { ...ports.failures, get: async () => undefined };
  const claim = await claimNext(ports, { holder: 'a' });
  if (claim.kind !== 'claimed') throw new Error('nothing to claim');
  await finishWork(ports, { id: claim.item.id, token: claim.item.lease.token });
  await followGates({ ...ports, failures: forgotten });
  expect(await follow()).toBe(false);
});

// Guards against one damaged failure that keeps every later card saying "shut".
it('a failure that cannot be read keeps nobody from learning of another', async () => {
  const { ports, clock, follow } = await canaryWorld();
  const [holder] = (await ports.gates.held()).holders;
  if (!holder) throw new Error('no gate is shut');
  const damaged = FailureId.parse('F-AAAAAA');
  await ports.gates.put({ ...holder, scope: 'api', failureId: damaged, rev: 'damaged' }, { expected: undefined });
  clock.at += 25 * 3_600_000;
  const get = async (id: FailureId) => {
    if (id === damaged) throw new Error('damaged');
    return ports.failures.get(id);
  };
  await followGates({ ...ports, failures: { ...ports.failures, get } });
  const { opened } = await ports.gates.held();
  expect(opened.map(({ scope, isTold = false }) => [scope, isTold]).sort()).toEqual([
    ['api', false],
    ['shop', true],
  ]);
  expect(await follow()).toBe(false);
});

// Guards against a gate that waits for hours for a canary which the protocol has closed.
it('lets the next one try when the canary was a fix that the protocol closed', async () => {
  const { ports } = await canaryWorld();
  const fix = await claimNext(ports, { holder: 'a', leaseMinutes: 600 });
  expect(fix).toMatchObject({ kind: 'claimed', isCanary: true, item: { kind: 'fix' } });
  const shut = (await ports.gates.held()).holders;
  await resolveFailure(ports, { failureId, by: 'U0ADA' });
  // Another failure holds the gate by now, so it stays shut.
  const [holder] = shut;
  if (!holder) throw new Error('no gate is shut');
  const { failureId: _, ...others } = holder;
  await ports.gates.put({ ...others, rev: 'others' }, { expected: holder.rev });
  await addWork(ports, { kind: 'task', title: 'next', component: 'shop', priority: 300, by: 'U0ADA' });
  await carryOutEffects(ports, { failureId });
  expect(await claimNext(ports, { holder: 'b' })).toMatchObject({ kind: 'claimed', isCanary: true });
});
