import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/policy/policy.ts';
import { applyWorkaround } from '../../../lib/recovery/apply-workaround.ts';
import { approveRun } from '../../../lib/recovery/approve-run.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import type { RecoveryRun, Strategy } from '../../../lib/recovery/run.ts';
import { effectsOf } from '../../../lib/response/effects.ts';
import { examplePlan, failureId, type RecoveryWorld, recoveryWorld, reportOf } from './recovery-world.ts';

const ask = ({ ports }: RecoveryWorld, by: string, strategy: Strategy) =>
  requestRecovery(ports, { failureId, by, strategy });

/** A rollback that Kintsugi proposed at level 5 waits for two people. */
async function proposed({ isPlanned = true } = {}) {
  const world = await recoveryWorld({ level: 5 });
  const asked = await ask(world, 'system:protocol', 'rollback-and-retry');
  if (asked.kind !== 'requested') throw new Error(asked.because);
  const { id } = asked.run;
  await followRun(world.ports, { failureId, runId: id });
  const ready = { kind: 'ready' as const, sequence: 1, plan: examplePlan, nonce: 'n'.repeat(32) };
  if (isPlanned) await recordReport(world.ports, reportOf(world, id, ready));
  return { world, id };
}
const holder = async (world: RecoveryWorld) => {
  const failure = await world.failure();
  return failure.status === 'recovering' ? failure.runId : undefined;
};
const runOf = async (world: RecoveryWorld, id: RecoveryRun['id']) => (await world.run(id)).run;

describe('what a person asks for while only a proposal waits', () => {
  // Guards against an emergency shutdown that has to wait for an hour until nobody has approved a rollback.
  it.each(['shutdown', 'restart', 'clean'] as const)(
    '%s takes its place, and the proposal says for whom',
    async (strategy) => {
      for (const isPlanned of [true, false]) {
        const { world, id } = await proposed({ isPlanned });
        const asked = await ask(world, 'U0ADA', strategy);
        expect(asked).toMatchObject({ kind: 'requested', run: { strategy, approvalsNeeded: 2 } });
        expect(await runOf(world, id)).toMatchObject({
          state: 'cancelled',
          cancelledBy: 'U0ADA',
          reason: expect.stringMatching(/ was asked for instead\. Nothing was touched\.$/),
        });
        expect(await holder(world)).toBe(asked.kind === 'requested' && asked.run.id);
        await followRun(world.ports, { failureId, runId: id });
        expect(world.commands.map(({ kind }) => kind)).toEqual(['offer', 'cancel']);
      }
    },
  );

  it('a workaround that runs something does so, too', async () => {
    const { world, id } = await proposed();
    const outcome = await applyWorkaround(world.ports, {
      failureId,
      by: 'U0ADA',
      text: 'Fail over',
      action: 'failover',
    });
    expect(outcome).toMatchObject({ kind: 'recorded', run: { strategy: 'workaround' } });
    expect((await runOf(world, id)).state).toBe('cancelled');
  });

  it('the proposal is not made again in this episode', async () => {
    const { world } = await proposed();
    await ask(world, 'U0ADA', 'shutdown');
    const effects = effectsOf(await world.failure(), {
      policy: world.ports.policy,
      runs: await world.ports.runs.list(failureId),
    });
    expect(effects.rollback).toBeUndefined();
  });

  it('of two at once one gets it, and the other is told so', async () => {
    const { world } = await proposed();
    const answers = await Promise.all([ask(world, 'U0ADA', 'shutdown'), ask(world, 'U0BOB', 'restart')]);
    expect(answers.filter(({ kind }) => kind === 'requested')).toHaveLength(1);
    expect(
      answers.filter((answer) => answer.kind === 'refused' && answer.because === 'already-recovering'),
    ).toHaveLength(1);
    expect(await holder(world)).toBe(
      answers.flatMap((answer) => (answer.kind === 'requested' ? [answer.run.id] : []))[0],
    );
  });

  it('leaves it alone when it is the very same, when it has begun, or when the person may not', async () => {
    const same = await proposed();
    const refused = { kind: 'refused', because: 'already-recovering' };
    expect(await ask(same.world, 'U0ADA', 'rollback-and-retry')).toMatchObject(refused);

    const begun = await proposed();
    for (const by of ['U0BOB', 'U0CEM']) {
      await approveRun(begun.world.ports, { failureId, runId: begun.id, planHash: examplePlan.hash, by });
    }
    await followRun(begun.world.ports, { failureId, runId: begun.id });
    expect(await ask(begun.world, 'U0ADA', 'shutdown')).toMatchObject(refused);
    expect((await runOf(begun.world, begun.id)).state).toBe('running');

    const forbidden = await proposed();
    const { ports } = forbidden.world;
    ports.policy = Policy.parse({ ...ports.policy, recovery: { mayStart: ['U0EVE1'] } });
    expect(await ask(forbidden.world, 'U0ADA', 'shutdown')).toMatchObject({ because: 'not-allowed' });
    expect((await runOf(forbidden.world, forbidden.id)).state).toBe('awaiting-approval');
  });

  it('never takes the place of what a person asked for', async () => {
    const world = await recoveryWorld({ level: 5 });
    const first = await ask(world, 'U0BOB', 'restart');
    expect(await ask(world, 'U0ADA', 'shutdown')).toMatchObject({ because: 'already-recovering' });
    expect(await holder(world)).toBe(first.kind === 'requested' && first.run.id);
  });
});
