import { describe, expect, it } from 'vitest';
import { openOrUpdate } from '../../../lib/failure/open-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { draftSections } from '../../../lib/postmortem/draft-post-mortem.ts';
import { applyWorkaround } from '../../../lib/recovery/apply-workaround.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { rankWorkarounds } from '../../../lib/recovery/rank-workarounds.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import type { RecoveryWish } from '../../../lib/recovery/recovery-wish.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import type { RecoveryRun } from '../../../lib/recovery/run.ts';
import { isPending } from '../../../lib/recovery/run-states.ts';
import { startOrder } from '../../../lib/recovery/start-order.ts';
import { tooManyLooks } from '../../../lib/recovery/too-many-looks.ts';
import { stateOf } from '../../../lib/report/attempted-fixes.ts';
import { draftFixedBy } from '../../../lib/report/resolution-draft.ts';
import { carryOutEffects } from '../../../lib/response/carry-out-effects.ts';
import { Signal } from '../../../lib/signal/signal.ts';
import { examplePlan, failureId, type RecoveryWorld, recoveryWorld, reportOf } from './recovery-world.ts';

const nonce = 'n'.repeat(32);
type Wish = Partial<RecoveryWish> & Pick<RecoveryWish, 'strategy'>;

const ask = (world: RecoveryWorld, wish: Wish) => requestRecovery(world.ports, { failureId, by: 'U0ADA', ...wish });

async function requested(world: RecoveryWorld, wish: Wish) {
  const asked = await ask(world, wish);
  if (asked.kind !== 'requested') throw new Error(asked.because);
  await followRun(world.ports, { failureId, runId: asked.run.id });
  return asked.run.id;
}

/** Ready, then the result, as far as it goes without anybody's approval. */
async function carriedOut(world: RecoveryWorld, wish: Wish, { ok = true, canUndo = false, more = {} } = {}) {
  const runId = await requested(world, wish);
  await recordReport(world.ports, reportOf(world, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce }));
  const table = { columns: ['what', 'state'], rows: [['port 80', 'free']] };
  const result = { kind: 'result' as const, sequence: 2, ok, reason: 'It ended.', refs: [], canUndo, table, ...more };
  await recordReport(world.ports, reportOf(world, runId, result));
  return runId;
}

async function withComponents(world: RecoveryWorld, components: object) {
  world.ports.policy = Policy.parse({ ...world.ports.policy, components });
}
const place = { recovery: { runner: 'demo', workTree: 'shop' } };

describe('every strategy', () => {
  it.each([
    ['rollback-and-retry', {}, 'resolved', [{ strategy: 'rollback-and-retry', worked: 1, tried: 1 }]],
    ['clean', {}, 'resolved', [{ strategy: 'clean', worked: 1, tried: 1 }]],
    ['restart', {}, 'open', []],
    ['workaround', { action: 'failover' }, 'open', [{ strategy: 'workaround', worked: 1, tried: 1 }]],
    ['diagnose', {}, 'open', []],
  ] as const)('%s, when it worked, leaves its failure as it should', async (strategy, order, status, outcomes) => {
    const world = await recoveryWorld();
    const runId = await carriedOut(world, { strategy, order });
    expect((await world.run(runId)).run).toMatchObject({ state: 'succeeded', table: { rows: [['port 80', 'free']] } });
    expect(await world.failure()).toMatchObject({ status, outcomes });
  });

  it('a workaround that nobody checked stands, and counts for nothing', async () => {
    const world = await recoveryWorld();
    const outcome = await applyWorkaround(world.ports, {
      failureId,
      by: 'U0ADA',
      text: 'Fail over',
      action: 'failover',
    });
    if (outcome.kind !== 'recorded' || !outcome.run) throw new Error('no run');
    const { id } = outcome.run;
    await followRun(world.ports, { failureId, runId: id });
    await recordReport(world.ports, reportOf(world, id, { kind: 'ready', sequence: 1, plan: examplePlan, nonce }));
    const result = { kind: 'result' as const, sequence: 2, ok: true, reason: 'It is done.', refs: [], canUndo: true };
    await recordReport(world.ports, reportOf(world, id, { ...result, unverified: true }));
    await carryOutEffects(world.ports, { failureId });
    expect(await world.failure()).toMatchObject({ status: 'open', outcomes: [], workaround: { text: 'Fail over' } });
    const known = [{ title: 'Fail over', action: 'failover' }];
    expect(rankWorkarounds(known, await world.ports.runs.list(failureId))).toMatchObject([{ worked: 0, tried: 0 }]);
  });

  it('that had no check to tell whether it works leaves the failure open, and counts for nothing', async () => {
    const world = await recoveryWorld();
    const runId = await carriedOut(world, { strategy: 'clean' }, { more: { unverified: true } });
    const { run } = await world.run(runId);
    expect(run).toMatchObject({ state: 'succeeded', unverified: true });
    const failure = await world.failure();
    expect(failure).toMatchObject({ status: 'open', outcomes: [] });
    expect(stateOf(run, String)).toBe('Done, not checked: It ended.');
    expect(draftFixedBy(failure, [run])).toBe('');
    expect(draftSections(failure, { timeline: [], runs: [run] }).wentWell).toEqual([]);
  });

  it('only looks so often: a few at once, and what nobody answered takes nothing from what is found', async () => {
    const world = await recoveryWorld();
    const look = (checkpoint: string) =>
      ask(world, { strategy: 'rollback-and-retry', dryRun: true, order: { checkpoint } });
    for (const name of ['a', 'b', 'c']) expect((await look(name)).kind).toBe('requested');
    expect(await look('d')).toMatchObject({ because: 'too-many-looks', count: 3, which: 'under-way' });
    // The same question is answered by the one that is under way.
    expect((await look('a')).kind).toBe('requested');
    for (let looks = 3; looks < 200; looks++) {
      world.clock.at += 6 * 60_000;
      for (const { id } of (await world.ports.runs.list(failureId)).filter(isPending)) {
        await followRun(world.ports, { failureId, runId: id });
      }
      expect((await look(`n${looks}`)).kind).toBe('requested');
    }
    world.clock.at += 6 * 60_000;
    for (const { id } of await world.ports.runs.list(failureId)) await followRun(world.ports, { failureId, runId: id });
    expect(await look('last')).toMatchObject({ because: 'too-many-looks', count: 200, which: 'unanswered' });
    expect((await ask(world, { strategy: 'rollback-and-retry' })).kind).toBe('requested');
  });

  it('what was looked at often enough, and answered, is in the thread', async () => {
    const failure = await (await recoveryWorld()).failure();
    const looks = (many: number, state: RecoveryRun['state']) =>
      Array.from({ length: many }, () => ({ strategy: 'diagnose', dryRun: false, episode: 1, state }) as RecoveryRun);
    expect(tooManyLooks(failure, [...looks(49, 'succeeded'), ...looks(100, 'expired')])).toBeUndefined();
    const answered = [...looks(49, 'succeeded'), ...looks(1, 'failed')];
    expect(tooManyLooks(failure, answered)).toMatchObject({ count: 50, which: 'kept' });
  });

  it.each(['rollback-and-retry', 'clean', 'restart', 'diagnose'] as const)(
    '%s, when it failed, gives it back',
    async (strategy) => {
      const world = await recoveryWorld();
      await carriedOut(world, { strategy }, { ok: false });
      const tried = strategy === 'diagnose' || strategy === 'restart' ? [] : [{ strategy, worked: 0, tried: 1 }];
      expect(await world.failure()).toMatchObject({ status: 'open', outcomes: tried });
    },
  );

  it('is refused below its level, and to whom policy does not name', async () => {
    const world = await recoveryWorld();
    expect(await ask(world, { strategy: 'shutdown' })).toMatchObject({ because: 'too-low', fromLevel: 5 });
    expect(await ask(world, { strategy: 'workaround' })).toMatchObject({ because: 'no-action' });
    expect(await ask(world, { strategy: 'undo' })).toMatchObject({ because: 'nothing-to-undo' });
    world.ports.policy = Policy.parse({ ...world.ports.policy, recovery: { mayStart: ['@sre'] } });
    expect(await ask(world, { strategy: 'clean' })).toMatchObject({ because: 'role-unknown', who: ['@sre'] });
    Object.assign(world.ports, { askRole: async () => ['U0BOB'] });
    expect(await ask(world, { strategy: 'clean' })).toMatchObject({ because: 'not-allowed', who: ['@sre'] });
    expect(await ask(world, { strategy: 'clean', by: 'U0BOB' })).toMatchObject({ kind: 'requested' });
    expect(await world.ports.runs.list(failureId)).toHaveLength(1);
  });
});

describe('what touches nothing', () => {
  it('runs beside a recovery, takes no hold, needs nobody, and is one run however often it is pressed', async () => {
    const world = await recoveryWorld({ level: 5 });
    const rollback = await requested(world, { strategy: 'rollback-and-retry' });
    const first = await requested(world, { strategy: 'diagnose' });
    expect(await requested(world, { strategy: 'diagnose', by: 'U0BOB' })).toBe(first);
    await recordReport(world.ports, reportOf(world, first, { kind: 'ready', sequence: 1, plan: examplePlan, nonce }));
    expect((await world.run(first)).run).toMatchObject({ state: 'running', approvalsNeeded: 0 });
    expect(await world.failure()).toMatchObject({ status: 'recovering', runId: rollback });
    await recordReport(
      world.ports,
      reportOf(world, first, { kind: 'result', sequence: 2, ok: true, reason: 'All well.', refs: [] }),
    );
    expect((await world.run(first)).run.state).toBe('succeeded');
    expect((await world.run(first)).dues).toEqual({});
    expect(await world.failure()).toMatchObject({ status: 'recovering', runId: rollback });
  });

  it('a dry run ends with its plan: nothing is released, and its runner may forget it', async () => {
    const world = await recoveryWorld({ level: 5 });
    const before = await world.failure();
    const runId = await requested(world, { strategy: 'shutdown', dryRun: true });
    expect(world.commands[0]).toMatchObject({ kind: 'offer', dryRun: true });
    const ready = reportOf(world, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce });
    await recordReport(world.ports, ready);
    await recordReport(world.ports, ready);
    expect((await world.run(runId)).run).toMatchObject({
      state: 'succeeded',
      plan: examplePlan,
      reason: 'Nothing was changed. Back to checkpoint good: 1 path',
    });
    expect(world.commands.map(({ kind }) => kind)).toEqual(['offer', 'cancel']);
    expect(await world.failure()).toEqual(before);
  });
});

describe('what hangs on a component', () => {
  const components = {
    shop: { ...place, dependsOn: ['db'] },
    db: {},
    web: { dependsOn: ['shop', 'cache'] },
    cache: {},
    mail: { dependsOn: ['web', 'shop'] },
    lonely: {},
  };

  it('is stopped and started with it, in start order, worked out here and not by whoever asks', async () => {
    const world = await recoveryWorld({ level: 5 });
    await withComponents(world, components);
    const runId = await requested(world, { strategy: 'shutdown', order: { components: ['lonely'] } });
    expect((await world.run(runId)).run).toMatchObject({
      order: { components: ['shop', 'web', 'mail'] },
      approvalsNeeded: 2,
    });
    expect(world.commands[0]).toMatchObject({ order: { components: ['shop', 'web', 'mail'] } });
  });

  it('is looked at again before it goes', async () => {
    const world = await recoveryWorld();
    await withComponents(world, components);
    const runId = await requested(world, { strategy: 'restart' });
    await withComponents(world, { ...components, lonely: { dependsOn: ['mail'] } });
    await recordReport(world.ports, reportOf(world, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce }));
    expect((await world.run(runId)).run).toMatchObject({ state: 'cancelled' });
    expect(world.commands.map(({ kind }) => kind)).not.toContain('go');
  });

  it('puts what others need first, and comes to an end in a circle', () => {
    const order = (dependsOn: Record<string, string[]>, of: string) => {
      const each = Object.entries(dependsOn).map(([name, needs]) => [name, { dependsOn: needs }]);
      return startOrder({ components: Object.fromEntries(each) }, of);
    };
    expect(order({ a: [], b: ['a', 'c'], c: ['a'], d: ['b'] }, 'a')).toEqual(['a', 'c', 'b', 'd']);
    expect(order({ a: ['c'], b: ['a'], c: ['b'] }, 'a').sort()).toEqual(['a', 'b', 'c']);
    expect(order({}, 'unregistered')).toEqual(['unregistered']);
  });
});

describe('undo', () => {
  it('of what resolved a failure reopens it with whoever asked, once, and only when it worked', async () => {
    const world = await recoveryWorld();
    const rollback = await carriedOut(world, { strategy: 'rollback-and-retry' }, { canUndo: true });
    const resolved = await world.failure();
    expect(resolved).toMatchObject({ status: 'resolved', runId: rollback });
    expect(await ask(world, { strategy: 'clean' })).toMatchObject({ because: 'already-resolved' });

    await carriedOut(world, { strategy: 'undo', by: 'U0BOB' }, { ok: false });
    expect(await world.failure()).toMatchObject({
      status: 'resolved',
      resolvedBy: 'runner:demo',
      how: 'recovery',
      runId: rollback,
    });

    const undo = await carriedOut(world, { strategy: 'undo', by: 'U0BOB', order: { undoes: rollback } });
    expect((await world.run(undo)).run.order).toEqual({ undoes: rollback });
    expect(await world.failure()).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'U0BOB' });
    expect((await world.failure()).latestEntry.kind).toBe('reopened');
    expect(await ask(world, { strategy: 'undo' })).toMatchObject({ because: 'nothing-to-undo' });
  });

  it('of a run that resolved nothing gives the failure back as it was', async () => {
    const world = await recoveryWorld();
    await carriedOut(world, { strategy: 'rollback-and-retry' }, { ok: false, canUndo: true });
    await carriedOut(world, { strategy: 'undo' });
    expect(await world.failure()).toMatchObject({
      status: 'open',
      outcomes: [{ strategy: 'rollback-and-retry', worked: 0, tried: 1 }],
    });
  });

  it('that is under way when the failure comes back leaves it open whatever becomes of it', async () => {
    const world = await recoveryWorld();
    await carriedOut(world, { strategy: 'rollback-and-retry' }, { canUndo: true });
    const undo = await requested(world, { strategy: 'undo' });
    expect(isPending((await world.run(undo)).run)).toBe(true);
    world.clock.at += 60_000;
    const signal = Signal.parse({
      version: 1,
      id: 's-1',
      occurredAt: new Date(world.clock.at).toISOString(),
      component: 'shop',
      summary: 'two tests fail',
    });
    const { fingerprint } = await world.failure();
    const ports = { ...world.stores, ...world.ports };
    const group = { fingerprint, failureId, signals: [signal], batch: 'b-1' };
    expect(await openOrUpdate(ports, group)).toMatchObject({ change: 'recurred' });
    expect(await world.failure()).toMatchObject({ status: 'recovering', runId: undo, episode: 1 });
    world.clock.at += 10 * 60_000;
    await followRun(world.ports, { failureId, runId: undo });
    expect(await world.failure()).toMatchObject({ status: 'open', episode: 1 });
  });
});
