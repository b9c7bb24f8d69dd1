import { describe, expect, it } from 'vitest';
import type { RunId } from '../../../lib/failure/ids.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { applyWorkaround } from '../../../lib/recovery/apply-workaround.ts';
import { concludeRun } from '../../../lib/recovery/conclude-run.ts';
import { removeWorkaround } from '../../../lib/recovery/remove-workaround.ts';
import { renewWorkaround } from '../../../lib/recovery/renew-workaround.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import { RecoveryRun, type Strategy } from '../../../lib/recovery/run.ts';
import { carryOutEffects } from '../../../lib/response/carry-out-effects.ts';
import { lookAtItem } from '../../../lib/response/look-at-item.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import { Killed, type Life, mortal } from '../../journey/mortal.ts';
import { examplePlan, failureId, type RecoveryWorld, recoveryWorld } from './recovery-world.ts';

const day = 24 * 3_600_000;
const by = 'U0ADA';
const wish = { failureId, text: 'Carts without discounts', by };

async function aWorld(policy: object = {}) {
  const world = await recoveryWorld({ level: 2 });
  world.ports.policy = Policy.parse({ ...world.ports.policy, ...policy });
  return world;
}

async function debtOf({ ports, failure }: RecoveryWorld) {
  const { workaround } = await failure();
  if (!workaround) throw new Error('no workaround stands');
  const stored = await ports.work.get(WorkItemId.parse(workaround.workItemId));
  if (!stored) throw new Error('its debt item is not there');
  return stored;
}

const timelineOf = async ({ ports }: RecoveryWorld) =>
  (await ports.failures.timeline(failureId)).map(({ kind, text }) => `${kind}: ${text}`);

/** What the sweep would send: the item, at the time that it is due. */
async function atItsTime(world: RecoveryWorld, id: WorkItemId): Promise<void> {
  const dues = (await world.ports.work.get(id))?.dues ?? {};
  world.clock.at = Math.max(world.clock.at, Math.min(...Object.values(dues)));
  await lookAtItem(world.ports, { workItemId: id });
}

describe('a workaround', () => {
  it('is recorded with its debt: what was planned, who owns it, and when it is to be gone', async () => {
    const world = await aWorld({ owner: '@shop-team' });
    const outcome = await applyWorkaround(world.ports, { ...wish, original: 'Discounts by percent' });
    expect(outcome).toMatchObject({ kind: 'recorded', isRepeated: false });
    expect((await world.failure()).workaround).toMatchObject({
      text: 'Carts without discounts',
      original: 'Discounts by percent',
      by,
      owner: '@shop-team',
      removeBy: '2026-05-18T10:00:00.000Z',
      renewals: 0,
    });
    const { item, dues } = await debtOf(world);
    expect(item).toMatchObject({
      kind: 'technical-debt',
      title: 'Remove workaround for shop',
      priority: 200,
      dueAt: '2026-05-18T10:00:00.000Z',
      owner: '@shop-team',
      failureId,
    });
    expect(dues.remind).toBeLessThan(Date.parse('2026-05-18T10:00:00.000Z'));
    expect(await timelineOf(world)).toContain('workaround: Workaround until 2026-05-18: Carts without discounts');
    expect(await world.ports.runs.list(failureId)).toEqual([]);
  });

  it('pressed twice is one workaround, and another one is refused while it stands', async () => {
    const world = await aWorld();
    await applyWorkaround(world.ports, wish);
    expect(await applyWorkaround(world.ports, wish)).toMatchObject({ kind: 'recorded', isRepeated: true });
    expect(await applyWorkaround(world.ports, { ...wish, text: 'Another' })).toMatchObject({
      because: 'already-standing',
    });
    expect((await world.ports.work.list({ state: 'pending', limit: 10 })).lines).toHaveLength(1);
  });

  it('with an action is applied by the runner, and does not stand when that does not work', async () => {
    const world = await aWorld();
    const outcome = await applyWorkaround(world.ports, { ...wish, action: 'no-discounts' });
    if (outcome.kind !== 'recorded' || !outcome.run) throw new Error('no run');
    expect(outcome.run).toMatchObject({ strategy: 'workaround', order: { action: 'no-discounts' }, requestedBy: by });
    const { item } = await debtOf(world);
    const stored = await world.run(outcome.run.id);
    const at = world.ports.now().toISOString();
    await world.ports.runs.save(
      {
        ...stored.run,
        version: stored.run.version + 1,
        state: 'failed',
        endedAt: at,
        reason: 'exit 1',
        refs: [],
        canUndo: false,
        lastAction: { id: 'end', by: 'runner:demo', at },
      } as typeof stored.run,
      { expectedVersion: stored.run.version, dues: {} },
    );
    await carryOutEffects(world.ports, { failureId });
    expect((await world.failure()).workaround).toBeUndefined();
    expect((await world.ports.work.get(item.id))?.item.state).toBe('done');
    expect(await timelineOf(world)).toContain('workaround-removed: The workaround was not applied: exit 1');
  });

  it('whose action cannot be run is refused, and nothing is recorded', async () => {
    const world = await aWorld({ components: { shop: {} } });
    expect(await applyWorkaround(world.ports, { ...wish, action: 'x' })).toMatchObject({ because: 'no-runner' });
    expect((await world.failure()).workaround).toBeUndefined();
    expect((await world.ports.work.list({ state: 'pending', limit: 10 })).lines).toEqual([]);
  });

  it('is not for people whom policy does not name, nor for a day that is past', async () => {
    const world = await aWorld({ recovery: { mayStart: ['U0BENNO'] } });
    expect(await applyWorkaround(world.ports, wish)).toMatchObject({ because: 'not-allowed', who: ['U0BENNO'] });
    const past = { ...wish, by: 'U0BENNO', removeBy: '2026-05-01T00:00:00.000Z' };
    expect(await applyWorkaround(world.ports, past)).toMatchObject({ because: 'too-early' });
    const forEver = { ...past, removeBy: '2027-05-04T10:00:00.001Z' };
    expect(await applyWorkaround(world.ports, forEver)).toMatchObject({
      because: 'too-late',
      latest: '2027-05-04T10:00:00.000Z',
    });
  });

  it('keeps its debt when the failure is resolved', async () => {
    const world = await aWorld();
    await applyWorkaround(world.ports, wish);
    await resolveFailure(world.ports, { failureId, by });
    await carryOutEffects(world.ports, { failureId });
    expect((await debtOf(world)).item.state).toBe('pending');
  });
});

describe('a workaround after a recovery', () => {
  /** A run of this failure to its end, as its runner would report it. */
  async function ran(
    world: RecoveryWorld,
    id: RunId,
    state: 'succeeded' | 'failed' | 'lost',
    more: Partial<RecoveryRun> = {},
  ) {
    const { run } = await world.run(id);
    const at = world.ports.now().toISOString();
    const lastAction = { id: `end ${id}`, by: 'runner:demo', at };
    const end = {
      version: run.version + 1,
      state,
      startedAt: at,
      endedAt: at,
      reason: 'it is done',
      refs: [],
      lastAction,
    };
    const ended = RecoveryRun.parse({ ...run, plan: examplePlan, nonce: 'n', heartbeatAt: at, ...end, ...more });
    await world.ports.runs.save(ended, { expectedVersion: run.version, dues: {} });
    await concludeRun(world.ports, ended);
    await carryOutEffects(world.ports, { failureId });
  }
  async function workedAround() {
    const world = await recoveryWorld({ level: 3 });
    const outcome = await applyWorkaround(world.ports, { ...wish, action: 'no-discounts' });
    if (outcome.kind !== 'recorded' || !outcome.run) throw new Error('no run');
    await ran(world, outcome.run.id, 'succeeded', { canUndo: true });
    const { item } = await debtOf(world);
    world.clock.at += 60_000;
    const recover = async (
      strategy: Strategy,
      state: 'succeeded' | 'failed' | 'lost',
      more: Partial<RecoveryRun> = {},
    ) => {
      const request = await requestRecovery(world.ports, { failureId, by, strategy });
      if (request.kind !== 'requested') throw new Error(request.because);
      await ran(world, request.run.id, state, more);
      return request.run.id;
    };
    return { world, item, recover };
  }

  it('is gone when its own run was undone, and so is its debt', async () => {
    const { world, item, recover } = await workedAround();
    await recover('undo', 'succeeded');
    expect((await world.failure()).workaround).toBeUndefined();
    expect((await world.ports.work.get(item.id))?.item.state).toBe('done');
    expect((await timelineOf(world)).at(-1)).toBe('workaround-removed: The workaround is gone: it was undone');
  });

  it.each([
    ['rollback-and-retry', 'succeeded'],
    ['rollback-and-retry', 'failed'],
    ['undo', 'failed'],
    ['undo', 'lost'],
  ] as const)(
    'may be gone after %s that %s, and says so until somebody says that it stays',
    async (strategy, state) => {
      const { world, recover } = await workedAround();
      await recover(strategy, state);
      expect((await world.failure()).workaround?.mayBeGone).toMatch(/^R-/);
      expect((await debtOf(world)).item.title).toBe('Remove workaround for shop (may be gone already)');
      expect((await timelineOf(world)).join()).toContain('. It may have taken the workaround away with it');
      await renewWorkaround(world.ports, { failureId, by });
      expect((await world.failure()).workaround?.mayBeGone).toBeUndefined();
      expect((await debtOf(world)).item.title).toBe('Remove workaround for shop');
    },
  );

  it('stands again when the recovery that was lost is back and had touched nothing', async () => {
    const { world, recover } = await workedAround();
    const runId = await recover('rollback-and-retry', 'lost');
    expect((await world.failure()).workaround?.mayBeGone).toBe(runId);
    await ran(world, runId, 'failed', { untouched: true });
    await ran(world, runId, 'failed', { untouched: true });
    expect((await world.failure()).workaround?.mayBeGone).toBeUndefined();
    const said = 'The workaround stands: the recovery that was lost had touched nothing';
    expect((await timelineOf(world)).filter((line) => line.includes(said))).toHaveLength(1);
  });

  it('stands as before when nothing was put back', async () => {
    const { world, recover } = await workedAround();
    await recover('rollback-and-retry', 'failed', { untouched: true });
    await recover('restart', 'succeeded');
    expect((await world.failure()).workaround).toMatchObject({ text: wish.text });
    expect((await world.failure()).workaround?.mayBeGone).toBeUndefined();
  });
});

describe('the debt of a workaround', () => {
  it('reminds its owner before the day, and says when it is overdue', async () => {
    const world = await aWorld({ owner: '@shop-team' });
    await applyWorkaround(world.ports, wish);
    const { item } = await debtOf(world);
    await atItsTime(world, item.id);
    expect(world.clock.at).toBeLessThan(Date.parse('2026-05-18T10:00:00.000Z'));
    world.clock.at = Date.parse('2026-05-18T10:00:00.000Z') + day;
    await atItsTime(world, item.id);
    const lines = (await world.ports.failures.timeline(failureId)).filter(({ mention }) => mention === '@shop-team');
    const whatToDo = 'Press Workaround on its card when it is gone, or to put it off';
    expect(lines.map(({ text }) => text)).toEqual([
      `Due on 2026-05-18: Remove workaround for shop (${item.id}). ${whatToDo}`,
      `Overdue since 2026-05-18: Remove workaround for shop (${item.id}). ${whatToDo}`,
    ]);
    expect((await debtOf(world)).dues.remind).toBeGreaterThan(world.clock.at);
  });

  it('takes the workaround with it when somebody finishes the item on a host', async () => {
    const world = await aWorld();
    await applyWorkaround(world.ports, wish);
    const claim = await claimNext(world.ports, { holder: 'agent-1' });
    if (claim.kind !== 'claimed') throw new Error('nothing to claim');
    await finishWork(world.ports, { id: claim.item.id, token: claim.item.lease.token });
    expect((await world.failure()).workaround).toBeDefined();
    await atItsTime(world, claim.item.id);
    expect((await world.failure()).workaround).toBeUndefined();
    expect((await world.ports.work.get(claim.item.id))?.dues).toEqual({});
    expect((await timelineOf(world)).at(-1)).toBe(
      `workaround-removed: The workaround is removed: ${claim.item.id} was closed by agent-1`,
    );
  });

  it('is closed when the workaround is removed by hand, and what is not there is not removed twice', async () => {
    const world = await aWorld();
    await applyWorkaround(world.ports, wish);
    const { item } = await debtOf(world);
    expect(await removeWorkaround(world.ports, { failureId, by })).toMatchObject({ kind: 'removed' });
    expect((await world.ports.work.get(item.id))?.item.state).toBe('done');
    expect(await removeWorkaround(world.ports, { failureId, by })).toMatchObject({ because: 'none-standing' });
    await atItsTime(world, item.id);
    expect((await world.ports.work.get(item.id))?.dues).toEqual({});
  });

  it('is put off twice by anybody, and the third time by an approver', async () => {
    const world = await aWorld({ recovery: { mayApprove: ['U0BENNO'] } });
    await applyWorkaround(world.ports, wish);
    for (const [renewals, until] of [
      [1, '2026-06-01T10:00:00.000Z'],
      [2, '2026-06-15T10:00:00.000Z'],
    ] as const) {
      expect(await renewWorkaround(world.ports, { failureId, by })).toMatchObject({
        kind: 'renewed',
        workaround: { renewals, removeBy: until },
      });
      expect((await debtOf(world)).item).toMatchObject({ renewals, dueAt: until });
    }
    expect(await renewWorkaround(world.ports, { failureId, by })).toMatchObject({
      because: 'needs-approver',
      who: ['U0BENNO'],
    });
    expect(await renewWorkaround(world.ports, { failureId, by: 'U0BENNO' })).toMatchObject({
      kind: 'renewed',
      workaround: { renewals: 3 },
    });
  });

  it('is put off the third time by another person than who wants it, and taking it away for a moment changes nothing', async () => {
    const own = 'U0CLEO1';
    const world = await aWorld({ recovery: { mayApprove: [own, 'U0BENNO'] } });
    await applyWorkaround(world.ports, { ...wish, by: own });
    for (let time = 0; time < 2; time++) await renewWorkaround(world.ports, { failureId, by: own });
    expect(await renewWorkaround(world.ports, { failureId, by: own })).toMatchObject({ because: 'needs-approver' });
    await removeWorkaround(world.ports, { failureId, by: own });
    const longer = { ...wish, removeBy: '2027-04-01T00:00:00.000Z' };
    for (const text of ['Carts without discounts', 'Carts with fewer discounts']) {
      const again = await applyWorkaround(world.ports, { ...longer, text, by: own });
      expect(again).toMatchObject({ kind: 'refused', because: 'needs-approver' });
    }
    await applyWorkaround(world.ports, { ...wish, by: own });
    expect((await debtOf(world)).item).toMatchObject({ renewals: 2, dueAt: '2026-05-18T10:00:00.000Z' });
    expect(await renewWorkaround(world.ports, { failureId, by: own })).toMatchObject({ because: 'needs-approver' });
    expect(await renewWorkaround(world.ports, { failureId, by: 'U0BENNO' })).toMatchObject({ kind: 'renewed' });
    expect(
      await renewWorkaround(world.ports, { failureId, by: 'U0BENNO', removeBy: '2028-01-01T00:00:00Z' }),
    ).toMatchObject({
      because: 'too-late',
    });
  });

  // Guards against an end a year away, for which no day was late enough and early enough at once.
  it('that stands for a year already is put off when the day is nearer, and as far as a year allows', async () => {
    const world = await aWorld();
    const aYear = new Date(world.clock.at + 365 * day).toISOString();
    await applyWorkaround(world.ports, { ...wish, removeBy: aYear });
    expect(await renewWorkaround(world.ports, { failureId, by })).toMatchObject({
      because: 'longest-already',
      until: aYear,
    });
    world.clock.at += 5 * day;
    const removeBy = new Date(world.clock.at + 365 * day).toISOString();
    expect(await renewWorkaround(world.ports, { failureId, by })).toMatchObject({
      kind: 'renewed',
      workaround: { removeBy, renewals: 1 },
    });
  });

  // Guards against a workaround that is taken away and recorded anew, without end and without an approver.
  it('is put off each time it comes back for longer, and not when its words are corrected', async () => {
    const world = await aWorld();
    await applyWorkaround(world.ports, wish);
    for (const [removeBy, renewals] of [
      ['2026-05-18T12:00:00.000Z', 0],
      ['2026-08-01T00:00:00.000Z', 1],
      ['2026-07-01T00:00:00.000Z', 1],
      ['2026-09-01T00:00:00.000Z', 2],
    ] as const) {
      await removeWorkaround(world.ports, { failureId, by });
      await applyWorkaround(world.ports, { ...wish, removeBy });
      expect((await debtOf(world)).item).toMatchObject({ renewals, dueAt: removeBy });
    }
    await removeWorkaround(world.ports, { failureId, by });
    const later = { ...wish, removeBy: '2026-10-01T00:00:00.000Z' };
    expect(await applyWorkaround(world.ports, later)).toMatchObject({ because: 'needs-approver' });
    expect(await applyWorkaround(world.ports, { ...later, by: 'U0BENNO' })).toMatchObject({ kind: 'recorded' });
  });

  it('is not put off the third time while Slack does not say who the approvers are', async () => {
    const world = await aWorld({ recovery: { mayApprove: ['@approvers'] } });
    await applyWorkaround(world.ports, wish);
    for (let time = 0; time < 2; time++) await renewWorkaround(world.ports, { failureId, by });
    const before = (await world.failure()).workaround;
    const askRole = async () => undefined;
    const renewed = await renewWorkaround({ ...world.ports, askRole }, { failureId, by: 'U0BENNO' });
    expect(renewed).toMatchObject({ because: 'role-unknown', who: ['@approvers'] });
    expect((await world.failure()).workaround).toEqual(before);
  });

  it('is not put off the third time by a guest', async () => {
    const world = await aWorld();
    await applyWorkaround(world.ports, wish);
    for (let time = 0; time < 2; time++) await renewWorkaround(world.ports, { failureId, by });
    const askMember = async () => 'guest' as const;
    const renewed = await renewWorkaround({ ...world.ports, askMember }, { failureId, by: 'U0GUEST' });
    expect(renewed).toMatchObject({ because: 'needs-approver' });
  });

  it('where nobody is named as approver, is put off the third time by somebody else', async () => {
    const world = await aWorld();
    await applyWorkaround(world.ports, wish);
    await renewWorkaround(world.ports, { failureId, by });
    await renewWorkaround(world.ports, { failureId, by });
    expect(await renewWorkaround(world.ports, { failureId, by })).toMatchObject({ because: 'needs-approver' });
    expect(await renewWorkaround(world.ports, { failureId, by: 'U0BENNO' })).toMatchObject({ kind: 'renewed' });
  });
});

describe('killed after any of its calls to the world', () => {
  const acts = {
    apply: async (ports: RecoveryWorld['ports']) =>
      void (await applyWorkaround(ports, { ...wish, action: 'no-discounts' })),
    remove: async (ports: RecoveryWorld['ports']) => void (await removeWorkaround(ports, { failureId, by })),
    renew: async (ports: RecoveryWorld['ports']) =>
      void (await renewWorkaround(ports, { failureId, by, removeBy: '2026-07-01T00:00:00.000Z' })),
  };

  it.each(['apply', 'remove', 'renew'] as const)('%s leaves nothing half done', async (name) => {
    for (let calls = 1, goesOn = true; goesOn; calls++) {
      const world = await aWorld();
      if (name !== 'apply') await applyWorkaround(world.ports, wish);
      const life: Life = { callsLeft: calls, isOver: false };
      const { failures, runs, work, hints } = world.ports;
      const dying = Object.fromEntries(
        Object.entries({ failures, runs, work, hints }).map(([port, kept]) => [port, mortal(kept, life)]),
      );
      goesOn = await acts[name]({ ...world.ports, ...dying }).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof Killed)) throw error;
          return true;
        },
      );
      // The sweep finds what stands as due; the person may press again.
      const stored = await world.ports.failures.get(failureId);
      if (stored?.dues.effects !== undefined) await carryOutEffects(world.ports, { failureId });
      for (const { id } of (await world.ports.work.list({ state: 'done', limit: 10 })).lines) {
        if ((await world.ports.work.get(id))?.dues.remind) await lookAtItem(world.ports, { workItemId: id });
      }
      const { workaround } = await world.failure();
      const debts = [];
      for (const state of ['pending', 'done'] as const) {
        for (const { id } of (await world.ports.work.list({ state, limit: 10 })).lines) {
          const item = (await world.ports.work.get(id))?.item;
          if (item?.kind === 'technical-debt') debts.push(item);
        }
      }
      const open = debts.filter(({ state }) => state === 'pending');
      expect(open.length, `killed after call ${calls}`).toBe(workaround ? 1 : 0);
      if (workaround) {
        expect(open[0], `killed after call ${calls}`).toMatchObject({
          id: workaround.workItemId,
          dueAt: workaround.removeBy,
        });
      }
      if (name === 'apply' && workaround) {
        const held = await world.failure();
        const runsOfIt = await requestRecovery(world.ports, { failureId, by, strategy: 'diagnose' });
        expect(runsOfIt.kind).toBe('requested');
        expect([held.status, calls]).toEqual(['recovering', calls]);
      }
    }
  });
});
