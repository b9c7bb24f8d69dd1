import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lib/failure/failure.ts';
import { FailureId } from '../../../lib/failure/ids.ts';
import { acknowledge, regrade, resolve } from '../../../lib/failure/moves/by-people.ts';
import { raiseLevel } from '../../../lib/failure/moves/by-signals.ts';
import { absorb, mergeInto } from '../../../lib/failure/moves/merging.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { approveRun } from '../../../lib/recovery/approve-run.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import { effectsOf } from '../../../lib/response/effects.ts';
import { examplePlan, failureId, recoveryWorld, reportOf } from '../recovery/recovery-world.ts';

type Level = Failure['level'];

/** A clean recovery that did not help at this level; then whoever says so gives the failure another one. */
async function afterClean(level: Level) {
  const world = await recoveryWorld({ level });
  const asked = await requestRecovery(world.ports, { failureId, by: 'U0ADA', strategy: 'clean' });
  if (asked.kind !== 'requested') throw new Error(asked.because);
  const { id: runId } = asked.run;
  await followRun(world.ports, { failureId, runId });
  const ready = { kind: 'ready' as const, sequence: 1, plan: examplePlan };
  await recordReport(world.ports, reportOf(world, runId, { ...ready, nonce: 'n'.repeat(32) }));
  for (const by of level === 5 ? ['U0BOB', 'U0CEM'] : []) {
    await approveRun(world.ports, { failureId, runId, planHash: examplePlan.hash, by });
  }
  await followRun(world.ports, { failureId, runId });
  const result = { kind: 'result' as const, sequence: 2, ok: false, reason: 'Still red.', refs: [], canUndo: false };
  await recordReport(world.ports, reportOf(world, runId, result));
  const failed = await world.failure();
  expect(failed.status).toBe('open');
  const runs = await world.ports.runs.list(failureId);
  const policy = Policy.parse({ ...world.ports.policy, recovery: { automaticFor: ['AROACI'] } });
  let next = 0;
  const move = () => ({ at: new Date(world.clock.at + ++next * 60_000), actionId: `move ${next}` });
  return {
    failed,
    wanted: (failure: Failure) => effectsOf(failure, { policy, runs }).rollback,
    signalsSay: (failure: Failure, to: Level) =>
      raiseLevel(failure, { ...move(), by: 'system:ingest', level: to, levelReasons: ['worse'], source: 'AROACI' })
        .failure,
    personSays: (failure: Failure, to: Level) =>
      regrade(failure, { ...move(), by: 'U0ADA', level: to, reason: 'I looked', episode: 1 }).failure,
  };
}

describe('a rollback, where a clean recovery did not help', () => {
  it('is proposed when the failure proved worse, and begins by itself beside no person', async () => {
    const { failed, wanted, signalsSay, personSays } = await afterClean(2);
    expect(wanted(failed)).toBeUndefined();
    expect(wanted(signalsSay(failed, 3))).toBeUndefined();
    expect(wanted(signalsSay(failed, 4))).toBe('proposed');
    expect(wanted(personSays(failed, 4))).toBe('proposed');
  });

  it('is not proposed because a person called it less bad', async () => {
    const { failed, wanted, personSays } = await afterClean(5);
    expect(wanted(personSays(failed, 4))).toBeUndefined();
    expect(wanted(personSays(personSays(failed, 3), 4))).toBeUndefined();
    expect(wanted(personSays(personSays(failed, 4), 5))).toBeUndefined();
  });
});

describe('a rollback by itself, where two failures were merged', () => {
  const policyOf = (policy: Policy) => Policy.parse({ ...policy, recovery: { automaticFor: ['AROACI'] } });

  it.each(['open', 'resolved'] as const)(
    'does not begin on the word of a stranger or a person (%s before)',
    async (was) => {
      const world = await recoveryWorld({ level: 1 });
      const policy = policyOf(world.ports.policy);
      let next = 0;
      const move = (by = 'U0ADA') => ({ at: new Date(world.clock.at + ++next * 60_000), actionId: `m${next}`, by });
      const worse = (failure: Failure, source: string, level: Level) =>
        raiseLevel(failure, { ...move('system:ingest'), level, levelReasons: ['worse'], source }).failure;
      const first = await world.failure();
      const trusted = worse(first, 'AROACI', 2);
      const older = was === 'open' ? trusted : resolve(trusted, { ...move(), episode: 1 }).failure;
      const other = { ...first, id: FailureId.parse('F-BBBBBB'), report: { ...first.report, source: 'AROACI' } };
      const stranger = worse(other, 'stranger', 3);
      const person = regrade(other, { ...move(), level: 3, reason: 'bad', episode: 1 }).failure;
      for (const younger of [stranger, person]) {
        const merged = mergeInto(younger, { ...move(), into: older.id }).failure;
        if (merged.status !== 'merged') throw new Error('not merged');
        const both = absorb(older, { ...move(), younger: merged }).failure;
        expect(both).toMatchObject({ status: 'open', level: 3 });
        expect(effectsOf(both, { policy, runs: [] }).rollback).toBeUndefined();
      }
    },
  );

  it('keeps who has the younger one, also where the older one was resolved', async () => {
    const world = await recoveryWorld();
    const move = (actionId: string, by = 'U0ADA') => ({ at: world.ports.now(), actionId, by, episode: 1 });
    const first = await world.failure();
    const older = resolve(first, move('resolved')).failure;
    const taken = acknowledge({ ...first, id: FailureId.parse('F-BBBBBB') }, move('taken', 'U0BOB')).failure;
    const merged = mergeInto(taken, { ...move('merged'), into: older.id }).failure;
    if (merged.status !== 'merged') throw new Error('not merged');
    expect(absorb(older, { ...move('absorbed'), younger: merged }).failure).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: 'U0BOB',
      episode: 2,
    });
  });
});
