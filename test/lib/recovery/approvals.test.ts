import { describe, expect, it } from 'vitest';
import { recur } from '../../../lib/failure/moves/by-signals.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { reopenFailure } from '../../../lib/failure/reopen-failure.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { approveRun } from '../../../lib/recovery/approve-run.ts';
import { cancelRun } from '../../../lib/recovery/cancel-run.ts';
import { declineRun } from '../../../lib/recovery/decline-run.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { replanRuns } from '../../../lib/recovery/replan-runs.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import type { RunPlan } from '../../../lib/recovery/run.ts';
import { examplePlan, failureId, type RecoveryWorld, recoveryWorld, reportOf } from './recovery-world.ts';

const otherPlan: RunPlan = {
  ...examplePlan,
  hash: 'cd'.repeat(32),
  summary: 'Back to checkpoint good: 2 paths',
  total: 2,
};
const planHash = examplePlan.hash;

/** A rollback that somebody (or the protocol) asked for, and whose plan is there. */
async function ready(level: 3 | 4 | 5, { by = 'U0ADA', policy = {} as object } = {}) {
  const world = await recoveryWorld({ level });
  world.ports.policy = Policy.parse({ ...world.ports.policy, recovery: policy });
  const asked = await requestRecovery(world.ports, { failureId, by, strategy: 'rollback-and-retry' });
  if (asked.kind !== 'requested') throw new Error(asked.because);
  const runId = asked.run.id;
  await followRun(world.ports, { failureId, runId });
  const say = (sequence: number, plan: RunPlan, nonce = `nonce-${sequence}`.padEnd(16, '-')) =>
    recordReport(world.ports, reportOf(world, runId, { kind: 'ready', sequence, plan, nonce }));
  await say(1, examplePlan);
  const run = async () => (await world.run(runId)).run;
  const approve = async (who: string, hash = planHash) => {
    const answer = await approveRun(world.ports, { failureId, runId, planHash: hash, by: who });
    await followRun(world.ports, { failureId, runId });
    return answer.kind === 'refused' ? answer.because : answer.missing;
  };
  return { world, runId, run, say, approve, follow: () => followRun(world.ports, { failureId, runId }) };
}
const commandsOf = (world: RecoveryWorld) => world.commands.map(({ kind }) => kind);

describe('a recovery that needs approval', () => {
  it('needs none at level 3, one at level 4, two at level 5, and goes with the last', async () => {
    const major = await ready(3);
    expect((await major.run()).state).toBe('running');

    const critical = await ready(4);
    expect(await critical.run()).toMatchObject({ state: 'awaiting-approval', approvalsNeeded: 1 });
    expect(await critical.approve('U0BOB')).toBe(0);
    expect(await critical.run()).toMatchObject({ state: 'running', approvals: [{ by: 'U0BOB', planHash }] });

    const worst = await ready(5);
    expect(await worst.approve('U0BOB')).toBe(1);
    expect((await worst.run()).state).toBe('awaiting-approval');
    expect(await worst.approve('U0CEM')).toBe(0);
    expect(await worst.run()).toMatchObject({ state: 'running', approvals: [{ by: 'U0BOB' }, { by: 'U0CEM' }] });
    expect(commandsOf(worst.world)).toEqual(['offer', 'go']);
  });

  it('does not count who asked for it, nor anybody twice; what the system proposed was asked for by nobody', async () => {
    const asked = await ready(5);
    expect(await asked.approve('U0ADA')).toBe('own-request');
    expect([await asked.approve('U0BOB'), await asked.approve('U0BOB')]).toEqual([1, 'already-approved']);
    expect((await asked.run()).state).toBe('awaiting-approval');

    const proposed = await ready(4, { by: 'system:protocol' });
    expect((await proposed.world.failure()).latestEntry.text).toBe('Rollback & retry proposed');
    expect(await proposed.approve('U0ADA')).toBe(0);
    expect((await proposed.run()).state).toBe('running');
  });

  it('is approved by those whom policy names, asked at the click', async () => {
    const { world, approve, run } = await ready(4, { policy: { mayApprove: ['@sre', 'U0EVE1'] } });
    expect(await approve('U0BOB')).toBe('role-unknown');
    Object.assign(world.ports, { askRole: async () => ['U0CEM'] });
    expect(await approve('U0BOB')).toBe('not-approver');
    expect((await run()).state).toBe('awaiting-approval');
    expect(await approve('U0CEM')).toBe(0);
    expect((await run()).state).toBe('running');
  });

  it('is approved by full members where policy names nobody, and by no guest', async () => {
    const { world, approve, run } = await ready(4);
    Object.assign(world.ports, { askMember: async (user: string) => (user === 'U0GUEST' ? 'guest' : 'full') });
    expect(await approve('U0GUEST')).toBe('not-approver');
    expect((await run()).state).toBe('awaiting-approval');
    expect(await approve('U0BOB')).toBe(0);
  });

  it('asks again before it goes whether those who said yes still may', async () => {
    const { world, approve, run } = await ready(5, { policy: { mayApprove: ['@sre'] } });
    const members = { list: ['U0BOB', 'U0CEM'] };
    Object.assign(world.ports, { askRole: async () => members.list });
    await approve('U0BOB');
    world.clock.at += 20 * 60_000;
    members.list = ['U0CEM'];
    expect(await approve('U0CEM')).toBe(0);
    expect(await run()).toMatchObject({ state: 'awaiting-approval', approvals: [{ by: 'U0CEM' }] });
    expect((await run()).steps.at(-1)?.detail).toBe('1 approval is void: not an approver any more.');
    members.list = ['U0CEM', 'U0DAN'];
    world.clock.at += 20_000;
    await approve('U0DAN');
    expect((await run()).state).toBe('running');
  });

  it('waits for a plan that changed: what was said to the old one is void', async () => {
    const { world, approve, run, say } = await ready(5);
    await approve('U0BOB');
    await say(2, otherPlan);
    expect(await run()).toMatchObject({ state: 'awaiting-approval', approvals: [], plan: otherPlan });
    expect((await run()).steps.at(-1)?.detail).toBe('The plan changed: 1 approval is void.');
    await say(1, examplePlan);
    expect((await run()).steps).toHaveLength(1);
    expect(await approve('U0CEM')).toBe('plan-changed');
    await approve('U0CEM', otherPlan.hash);
    await approve('U0BOB', otherPlan.hash);
    expect(world.commands.at(-1)).toMatchObject({ kind: 'go', planHash: otherPlan.hash, nonce: 'nonce-2---------' });
  });

  it('waits again when the plan changed right after go, before anything was touched', async () => {
    const { world, approve, run, say } = await ready(4);
    await approve('U0BOB');
    expect((await run()).state).toBe('running');
    await say(2, otherPlan);
    expect(await run()).toMatchObject({ state: 'awaiting-approval', approvals: [], plan: otherPlan });
    await approve('U0BOB', otherPlan.hash);
    expect(commandsOf(world)).toEqual(['offer', 'go', 'go']);
    await recordReport(
      world.ports,
      reportOf(world, (await run()).id, { kind: 'step', sequence: 3, step: { name: 'Save', state: 'done' } }),
    );
    await say(4, examplePlan);
    expect(await run()).toMatchObject({ state: 'running', plan: otherPlan });
  });

  it('goes with the same plan made anew, and gives up one that changes again and again', async () => {
    const { world, run, say } = await ready(3);
    await say(2, examplePlan);
    expect(world.commands.at(-1)).toMatchObject({ kind: 'go', nonce: 'nonce-2---------' });
    for (let sequence = 3; sequence < 7; sequence++) {
      await say(sequence, { ...examplePlan, hash: String(sequence).repeat(64) });
    }
    expect(await run()).toMatchObject({ state: 'cancelled', reason: expect.stringContaining('again and again') });
    expect((await world.failure()).status).toBe('open');
    expect(commandsOf(world)).toEqual(['offer', 'go', 'go', 'go', 'go', 'go', 'cancel']);
  });

  it('ends when nobody approves it in time', async () => {
    const { world, run, approve, follow } = await ready(4, { policy: { approvalMinutes: 30 } });
    world.clock.at += 30 * 60_000;
    expect(await approve('U0BOB')).toBe('expired');
    await follow();
    expect(await run()).toMatchObject({ state: 'expired', reason: 'Nobody approved it in time.' });
    expect((await world.failure()).status).toBe('open');
    expect(commandsOf(world)).toEqual(['offer', 'cancel']);
  });

  it('is declined by an approver and cancelled by who asked, until it goes', async () => {
    const declined = await ready(4);
    const decision = { failureId, runId: declined.runId };
    expect(await declineRun(declined.world.ports, { ...decision, by: 'U0BOB' })).toMatchObject({ kind: 'declined' });
    expect(await declined.run()).toMatchObject({ state: 'declined', declinedBy: 'U0BOB' });
    expect((await declined.world.failure()).status).toBe('open');
    expect(await declined.approve('U0CEM')).toBe('not-waiting');
    expect(commandsOf(declined.world)).toEqual(['offer', 'cancel']);

    const cancelled = await ready(4, { policy: { mayStart: ['U0ADA1'] }, by: 'U0ADA1' });
    const it = { failureId, runId: cancelled.runId };
    expect(await cancelRun(cancelled.world.ports, { ...it, by: 'U0BOB1' })).toMatchObject({
      because: 'not-allowed',
      who: ['U0ADA1'],
    });
    expect(await cancelRun(cancelled.world.ports, { ...it, by: 'U0ADA1' })).toMatchObject({ kind: 'cancelled' });

    const gone = await ready(4);
    await gone.approve('U0BOB');
    const late = { failureId, runId: gone.runId, by: 'U0CEM' };
    for (const answer of [await declineRun(gone.world.ports, late), await cancelRun(gone.world.ports, late)]) {
      expect(answer).toMatchObject({ kind: 'refused', because: 'not-waiting', run: { state: 'running' } });
    }
  });

  it('is called off when its failure is resolved by hand, and not when it has begun', async () => {
    const waiting = await ready(4);
    const answer = await resolveFailure(waiting.world.ports, { failureId, by: 'U0BOB' });
    expect(answer).toMatchObject({ kind: 'moved', failure: { status: 'resolved', how: 'person' } });
    expect(await waiting.run()).toMatchObject({
      state: 'cancelled',
      reason: expect.stringContaining('resolved by hand'),
    });
    await waiting.follow();
    expect(commandsOf(waiting.world)).toEqual(['offer', 'cancel']);

    const begun = await ready(3);
    const refused = await resolveFailure(begun.world.ports, { failureId, by: 'U0BOB' });
    expect(refused).toMatchObject({ kind: 'unchanged', because: 'recovering' });
    expect((await begun.run()).state).toBe('running');
  });
});

describe('a failure that is graded anew while a recovery waits', () => {
  const regrade = async ({ world }: { world: RecoveryWorld }, level: 2 | 3 | 4 | 5) => {
    await regradeFailure(world.ports, { failureId, level, reason: 'I looked', by: 'U0ADA' });
    await replanRuns(world.ports, { failureId });
  };

  it('makes it wait for more people when it got worse, and for no fewer when it got better', async () => {
    const worse = await ready(4);
    await regrade(worse, 5);
    expect(await worse.approve('U0BOB')).toBe(1);
    expect(await worse.run()).toMatchObject({ state: 'awaiting-approval', approvalsNeeded: 2 });
    await regrade(worse, 3);
    expect(await worse.run()).toMatchObject({ state: 'awaiting-approval', approvalsNeeded: 2 });
    expect(await worse.approve('U0CEM')).toBe(0);
    expect((await worse.run()).state).toBe('running');
  });

  // Guards against one person defeating the others' say: ask, or not yet, then call the failure less bad.
  it.each([
    ['a new request', async () => undefined],
    ['what is asked for after it was reopened', ({ ports }: RecoveryWorld) => resolveAndReopen(ports)],
    ['what is asked for when it comes back', ({ ports, clock }: RecoveryWorld) => resolveAndRecur(ports, clock)],
  ])('needs as many as at the worst level of the episode: %s', async (_name, then) => {
    const world = await recoveryWorld({ level: 5 });
    await regradeFailure(world.ports, { failureId, level: 4, reason: 'I looked', by: 'U0ADA' });
    await regradeFailure(world.ports, { failureId, level: 3, reason: 'I looked', by: 'U0ADA' });
    await then(world);
    const asked = await requestRecovery(world.ports, { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' });
    expect(asked).toMatchObject({ kind: 'requested', run: { approvalsNeeded: 2 } });
    expect((await world.failure()).level).toBe(3);
  });

  it('is approved as what it is when it comes back much later', async () => {
    const world = await recoveryWorld({ level: 5 });
    await resolveFailure(world.ports, { failureId, by: 'U0ADA' });
    world.clock.at += 25 * 3_600_000;
    await recurAt3(world.ports);
    const asked = await requestRecovery(world.ports, { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' });
    expect(asked).toMatchObject({ kind: 'requested', run: { approvalsNeeded: 0 } });
  });

  it('cancels what is not for its level any more, and says why', async () => {
    const lower = await ready(4);
    await regrade(lower, 2);
    expect(await lower.run()).toMatchObject({
      state: 'cancelled',
      reason: 'The failure is at level 2 now, and Rollback & retry is for level 3 and up.',
    });
    expect((await lower.world.failure()).status).toBe('open');
  });

  it('never lets what nobody asked for begin because it got better', async () => {
    const proposed = await ready(4, { by: 'system:protocol' });
    await regrade(proposed, 3);
    expect(await proposed.run()).toMatchObject({ state: 'awaiting-approval', approvalsNeeded: 1 });
    expect(commandsOf(proposed.world)).not.toContain('go');
  });
});

async function resolveAndReopen(ports: RecoveryWorld['ports']): Promise<void> {
  await resolveFailure(ports, { failureId, by: 'U0ADA' });
  await reopenFailure(ports, { failureId, by: 'U0ADA' });
}

async function resolveAndRecur(ports: RecoveryWorld['ports'], clock: RecoveryWorld['clock']): Promise<void> {
  await resolveFailure(ports, { failureId, by: 'U0ADA' });
  clock.at += 60_000;
  await recurAt3(ports);
}

/** The same signal again, which says level 3 of itself. */
async function recurAt3(ports: RecoveryWorld['ports']): Promise<void> {
  const stored = await ports.failures.get(failureId);
  if (!stored) throw new Error('the failure is gone');
  const at = ports.now();
  const again = recur(stored.failure, {
    by: 'U0ADA',
    at,
    actionId: 'again',
    level: 3,
    levelReasons: ['it says so'],
    occurredAt: at,
    report: stored.failure.report,
  });
  expect(again.kind).toBe('moved');
  await ports.failures.saveState(again.failure, { expectedVersion: stored.failure.version, dues: {} });
}
