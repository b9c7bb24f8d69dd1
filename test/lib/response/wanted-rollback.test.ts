import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lib/failure/failure.ts';
import { regrade } from '../../../lib/failure/moves/by-people.ts';
import { raiseLevel } from '../../../lib/failure/moves/by-signals.ts';
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
  });
});
