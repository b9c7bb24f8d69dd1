import { expect, it } from 'vitest';
import type { Failure } from '../../../lib/failure/failure.ts';
import { FailureId, Fingerprint } from '../../../lib/failure/ids.ts';
import { regrade } from '../../../lib/failure/moves/by-people.ts';
import { raiseLevel } from '../../../lib/failure/moves/by-signals.ts';
import { recordSignals } from '../../../lib/failure/record-signals.ts';
import { gateAnswer } from '../../../lib/gate/may-go-on.ts';
import { openGate } from '../../../lib/gate/open-gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import { carryOutEffects } from '../../../lib/response/carry-out-effects.ts';
import { effectsOf } from '../../../lib/response/effects.ts';
import { Signal } from '../../../lib/signal/signal.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { failureId, recoveryWorld } from '../recovery/recovery-world.ts';

const signal = (given: object = {}) => ({
  source: 'ci',
  signal: Signal.parse({
    version: 1,
    id: 's1',
    occurredAt: '2026-05-04T09:59:00.000Z',
    component: 'shop',
    summary: 'TypeError: x is undefined',
    ...given,
  }),
  bodyHash: 'h',
});

async function ingestWorld(level?: 3 | 5) {
  const world = await recoveryWorld(level ? { level } : {});
  const ids = { ...world.ports.ids, failureId: () => FailureId.parse('F-AAAAAA') };
  return { ...world, ports: { ...world.ports, ids } };
}

it('a signal that comes twice shuts nothing', async () => {
  const { ports } = await ingestWorld();
  await recordSignals(ports, [signal()]);
  await recordSignals(ports, [signal()]);
  expect((await ports.gates.read()).holders).toEqual([]);
});

it('opens a failure although the gates cannot be read', async () => {
  const { ports } = await ingestWorld();
  const gates = { ...ports.gates, held: () => Promise.reject(new Error('no gates now')) };
  const answers = await recordSignals({ ...ports, gates }, [signal({ summary: 'usage limit reached' })]);
  expect([...answers.values()]).toEqual([expect.objectContaining({ kind: 'stored', change: 'opened' })]);
});

it('hands out the fix of either failure when two stop one component', async () => {
  const world = await ingestWorld(3);
  const failure = await world.failure();
  const other = FailureId.parse('F-BBBBBB');
  await world.stores.failures.open(
    { ...failure, id: other, fingerprint: Fingerprint.parse(`v1#${'1'.repeat(32)}`) },
    {},
  );
  await carryOutEffects(world.ports, { failureId });
  await carryOutEffects(world.ports, { failureId: other });
  expect((await claimNext(world.ports, { holder: 'a' })).kind).toBe('claimed');
});

it('calls the pager and shuts the gates although a run cannot be moved, and comes again', async () => {
  const world = await ingestWorld(3);
  let paged = 0;
  await requestRecovery(world.ports, { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' });
  const failure = await world.failure();
  const lastAction = { ...failure.lastAction, id: 'worse' };
  const worse = { ...failure, version: failure.version + 1, level: 5 as const, lastAction };
  await world.stores.failures.saveState(worse, { expectedVersion: failure.version, dues: {} });
  const policy = Policy.parse({ ...world.ports.policy, pager: { url: 'https://pager.example' } });
  const pager = async () => {
    paged++;
    return { kind: 'taken' as const };
  };
  const runs = { ...world.ports.runs, get: () => Promise.reject(new Error('no run now')) };
  await expect(carryOutEffects({ ...world.ports, policy, pager, runs }, { failureId })).rejects.toThrow('no run now');
  expect(paged).toBe(1);
  expect((await world.ports.gates.read()).holders.length).toBeGreaterThan(0);
});

it('a worse level shuts again what was opened by hand at the level before', async () => {
  const world = await ingestWorld(3);
  await carryOutEffects(world.ports, { failureId });
  world.clock.at += 60_000;
  await openGate(world.ports, { scope: 'shop', by: 'U0ADA' });
  world.clock.at += 60_000;
  const failure = await world.failure();
  const move = {
    by: 'system:ingest',
    at: world.ports.now(),
    actionId: 'worse',
    level: 5 as const,
    levelReasons: ['worse'],
  };
  const raised = raiseLevel(failure, move).failure;
  await world.stores.failures.saveState(raised, { expectedVersion: failure.version, dues: {} });
  await carryOutEffects(world.ports, { failureId });
  expect(gateAnswer(await world.ports.gates.read(), { component: 'shop' }, world.ports.now()).kind).toBe('stop');
});

it('nothing is rolled back by itself on the word of a stranger or a person, and a refused turn leaves the proposal', async () => {
  const { ports, ...world } = await ingestWorld(3);
  const policy = Policy.parse({ ...ports.policy, recovery: { automaticFor: ['AROACI'] } });
  const now = await world.failure();
  const known = { ...now, report: { ...now.report, source: 'AROACI' } };
  const move = { by: 'system:ingest', at: ports.now(), actionId: 'x', level: 3 as const, levelReasons: ['worse'] };
  const wanted = (failure: Failure) => effectsOf(failure, { policy, runs: [] }).rollback;
  const raisedBy = (source: string) => raiseLevel({ ...known, level: 2 }, { ...move, source }).failure;
  const byPerson = regrade({ ...known, level: 2 }, { ...move, by: 'U0ADA', reason: 'bad' }).failure;
  expect([known, raisedBy('AROACI'), raisedBy('stranger'), byPerson].map((one) => wanted(one))).toEqual([
    'hourly',
    'hourly',
    undefined,
    undefined,
  ]);
  const refused = { ...known, response: { episode: 1, gates: [], done: ['rollback/hourly'] } };
  expect([wanted(refused), wanted({ ...refused, level: 4 })]).toEqual([undefined, 'proposed']);
});

it('never saves what it could not read', async () => {
  const world = await ingestWorld(3);
  const failure = await world.failure();
  const list = Array.from({ length: 61 }, () => 'x');
  const bad = { ...failure, version: 2, latestEntry: { ...failure.latestEntry, version: 2, list } };
  await expect(world.stores.failures.saveState(bad, { expectedVersion: 1, dues: {} })).rejects.toThrow();
  expect(await world.failure()).toEqual(failure);
});
