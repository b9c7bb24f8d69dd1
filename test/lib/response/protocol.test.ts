import { describe, expect, it } from 'vitest';
import type { FailureStatus } from '../../../lib/failure/failure.ts';
import type { RunId } from '../../../lib/failure/ids.ts';
import { Workaround } from '../../../lib/failure/workaround.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { RecoveryRun, RunState, Strategy } from '../../../lib/recovery/run.ts';
import type { KnownRunner } from '../../../lib/recovery/runner-presence.ts';
import { moreView } from '../../../lib/response/more.ts';
import type { ResponseFacts } from '../../../lib/response/offers.ts';
import { approversOf, responsePlan } from '../../../lib/response/protocol.ts';
import type { Level } from '../../../lib/signal/signal.ts';
import { openFailure } from '../../contracts/stores/samples.ts';

const publicKey = 'A'.repeat(60);
const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures', emergency: ['#all-hands', '#management'] },
  owner: '@oncall',
  levels: { 4: { channel: '#war-room', mention: ['@oncall', '@leads'] }, 2: { mention: ['U0ADA0ADA'] } },
  components: {
    shop: { channel: '#shop', owner: '@shop-team', recovery: { runner: 'demo', workTree: 'shop' } },
    basket: { dependsOn: ['shop'], levels: { 5: { channel: '#basket-down' }, 3: { mention: [] } } },
    checkout: { title: 'Check-out', dependsOn: ['basket'] },
    pair: { recovery: { runner: 'demo' } },
    keyless: { recovery: { runner: 'silent', workTree: 'x' } },
  },
  runners: { demo: { publicKey }, silent: {} },
});
const workItem = { id: 'T-1', title: 'Do much' };
interface Given {
  component?: string;
  workItem?: typeof workItem;
  acknowledgedBy?: string;
  facts?: ResponseFacts;
}
const runId = 'R-0123456789' as RunId;
const plan = (level: Level, status: FailureStatus, given: Given = {}) =>
  responsePlan(
    policy,
    {
      level,
      status,
      component: given.component ?? 'shop',
      runId,
      episode: 1,
      acknowledgedBy: given.acknowledgedBy,
      report: { whatHappened: '', attemptedFixes: [], ...(given.workItem && { workItem: given.workItem }) },
    },
    given.facts,
  );
const aRun = (strategy: Strategy, state: RunState, at = '2026-11-05T12:00:00.000Z', requestedBy = 'U0ADA0ADA') =>
  ({ id: runId, strategy, state, episode: 1, dryRun: false, requestedAt: at, requestedBy }) as RecoveryRun;
const aRunner = (abilities: KnownRunner['abilities']) => ({ runner: 'demo', abilities }) as KnownRunner;

describe('what the protocol orders', () => {
  it.each([
    [1, 'none', []],
    [2, 'mention', ['U0ADA0ADA']],
    [3, 'mention', ['@shop-team']],
    [4, 'mention', ['@oncall', '@leads']],
    [5, 'mention', ['@shop-team']],
  ] as const)('level %i: card %s, calls %j', (level, card, mention) => {
    expect(plan(level, 'open')).toMatchObject({ card, mention });
  });

  it('calls nobody where a component says so, and nobody at level 2 unless somebody is named', () => {
    expect(plan(3, 'open', { component: 'basket' }).mention).toEqual([]);
    const quiet = Policy.parse({ version: 1, channels: { default: '#failures' }, owner: '@oncall' });
    expect(responsePlan(quiet, { level: 2, status: 'open', component: 'shop' })).toMatchObject({
      card: 'quiet',
      mention: [],
    });
  });

  it.each([
    ['shop', 3, '#shop'],
    ['shop', 4, '#war-room'],
    ['basket', 5, '#basket-down'],
    ['basket', 4, '#war-room'],
    ['unknown', 3, '#failures'],
  ] as const)('shows %s at level %i in %s', (component, level, channel) => {
    expect(plan(level, 'open', { component }).channel).toBe(channel);
  });

  it('tells the emergency channels at level 5 alone', () => {
    expect(plan(5, 'open').alerts).toEqual(['#all-hands', '#management']);
    expect(plan(4, 'open').alerts).toEqual([]);
  });

  it.each([
    [1, 'open', ['acknowledge', 'regrade', 'resolve']],
    [2, 'open', ['acknowledge', 'workaround', 'resolve']],
    [2, 'acknowledged', ['workaround', 'resolve']],
    [3, 'open', ['acknowledge', 'rollback', 'workaround', 'resolve']],
    [3, 'acknowledged', ['rollback', 'workaround', 'diagnose', 'resolve']],
    [3, 'recovering', []],
    [3, 'resolved', ['reopen', 'edit']],
    [4, 'open', ['acknowledge', 'rollback', 'workaround', 'resolve']],
    [5, 'open', ['acknowledge', 'shutdown', 'rollback', 'resolve']],
    [5, 'acknowledged', ['shutdown', 'rollback', 'workaround', 'resolve']],
  ] as const)('level %i, %s: %j', (level, status, buttons) => {
    expect(plan(level, status).buttons).toEqual(buttons);
    expect(plan(level, status).hasMore).toBe(status !== 'resolved');
  });

  it('still offers the form that says a workaround is gone, after the failure is mended', () => {
    const workaround = Workaround.parse({
      text: 'Serve the cached page',
      by: 'U0ADA0ADA',
      at: '2026-11-05T12:00:00.000Z',
      removeBy: '2026-11-19T12:00:00.000Z',
      workItemId: 'W-0000DEBT',
    });
    const resolved = { level: 3 as const, status: 'resolved' as const, component: 'shop', workaround };
    expect(responsePlan(policy, resolved).buttons).toEqual(['reopen', 'workaround', 'edit']);
  });

  it('has the button that reminders of a workaround ask for at every level, first of what the level offers', () => {
    const workaround = Workaround.parse({
      text: 'Serve the cached page',
      by: 'U0ADA0ADA',
      at: '2026-11-05T12:00:00.000Z',
      removeBy: '2026-11-19T12:00:00.000Z',
      workItemId: 'W-0000DEBT',
    });
    const report = { whatHappened: '', attemptedFixes: [], workItem };
    const buttons = (level: Level) =>
      responsePlan(policy, { level, status: 'open', component: 'shop', workaround, report }).buttons;
    expect(buttons(1)).toEqual(['acknowledge', 'workaround', 'regrade', 'resolve']);
    expect(buttons(2)).toEqual(['acknowledge', 'workaround', 'resolve']);
    expect(buttons(3)).toEqual(['acknowledge', 'workaround', 'rollback', 'resolve']);
    expect(buttons(5)).toEqual(['acknowledge', 'workaround', 'shutdown', 'resolve']);
    const trivial = openFailure({ component: 'shop', level: 1 });
    expect(moreView(policy, trivial, {}, undefined).canWorkAround).toBe(false);
    expect(moreView(policy, { ...trivial, workaround }, {}, undefined).canWorkAround).toBe(true);
  });

  it('offers to split the work where there is a work item', () => {
    expect(plan(3, 'open', { workItem }).buttons).toEqual(['acknowledge', 'rollback', 'decompose', 'resolve']);
    expect(plan(3, 'open', { workItem, component: 'unknown' }).buttons).toEqual([
      'acknowledge',
      'decompose',
      'workaround',
      'resolve',
    ]);
  });

  it('offers a restart in place of a shutdown that worked, until something was started again', () => {
    const stopped = aRun('shutdown', 'succeeded', '2026-11-05T12:00:00.000Z');
    const started = aRun('restart', 'succeeded', '2026-11-05T12:30:00.000Z');
    expect(plan(5, 'acknowledged', { facts: { runs: [stopped] } }).buttons[0]).toBe('restart');
    expect(plan(5, 'acknowledged', { facts: { runs: [stopped, started] } }).buttons[0]).toBe('shutdown');
    expect(plan(5, 'acknowledged', { facts: { runs: [{ ...stopped, dryRun: true }] } }).buttons[0]).toBe('shutdown');
  });

  it.each([
    ['requested', undefined, ['acknowledge', 'resolve']],
    ['awaiting-approval', undefined, ['acknowledge', 'resolve']],
    ['awaiting-approval', 'U0ADA0ADA', ['resolve']],
    ['running', undefined, []],
    ['lost', undefined, []],
  ] as const)('while its run is %s (taken by %s): %j', (state, acknowledgedBy, buttons) => {
    const facts = { runs: [aRun('rollback-and-retry', state)] };
    expect(plan(4, 'recovering', { facts, ...(acknowledgedBy && { acknowledgedBy }) }).buttons).toEqual(buttons);
  });

  it('offers what else can be done while only a proposal waits, on the card and behind More…', () => {
    const proposal = aRun('rollback-and-retry', 'awaiting-approval', '2026-11-05T12:00:00.000Z', 'system:protocol');
    const buttons = (level: Level, given: Given = {}) =>
      plan(level, 'recovering', { facts: { runs: [proposal] }, ...given }).buttons;
    expect(buttons(5)).toEqual(['acknowledge', 'shutdown', 'workaround', 'resolve']);
    expect(buttons(5, { acknowledgedBy: 'U0ADA0ADA' })).toEqual(['shutdown', 'workaround', 'diagnose', 'resolve']);
    expect(buttons(4)).toEqual(['acknowledge', 'workaround', 'diagnose', 'resolve']);
    expect(buttons(5, { facts: { runs: [{ ...proposal, state: 'running' } as RecoveryRun] } })).toEqual([]);
    const held = { ...openFailure({ component: 'shop', level: 5 }), status: 'recovering' as const, runId };
    const behind = moreView(policy, held, { runs: [proposal] }, undefined);
    expect(behind).toMatchObject({ proposed: 'rollback-and-retry' });
    expect(behind.holder).toBeUndefined();
  });

  it('offers a rollback only where one can work, and says why there is none', () => {
    expect(plan(3, 'open').recovery).toEqual({ strategy: 'rollback-and-retry', runner: 'demo' });
    const missing = (component: string) => plan(3, 'open', { component }).withoutRecovery;
    expect(missing('unknown')).toEqual({ because: 'no-runner', missing: 'components.unknown.recovery' });
    expect(missing('keyless')).toEqual({ because: 'no-runner', missing: 'runners.silent.publicKey' });
    expect(missing('pair')).toEqual({ because: 'no-runner', missing: 'components.pair.recovery.workTree' });
    expect(plan(2, 'open', { component: 'unknown' }).withoutRecovery).toBeUndefined();
    expect(plan(5, 'resolved').withoutRecovery).toBeUndefined();
  });

  it('believes the runner about what it can do', () => {
    const able = { runners: [aRunner({ pair: ['rollback-and-retry'], shop: ['diagnose'] })] };
    expect(plan(3, 'open', { component: 'pair', facts: able }).recovery).toEqual({
      strategy: 'rollback-and-retry',
      runner: 'demo',
    });
    expect(plan(3, 'open', { facts: able })).toMatchObject({
      buttons: ['acknowledge', 'workaround', 'diagnose', 'resolve'],
      withoutRecovery: { because: 'runner-cannot', runner: 'demo' },
    });
  });

  it('asks the named approvers, else the owner, and names nobody where every member may', () => {
    expect(approversOf(policy, 'shop')).toEqual({ mayApprove: [], mention: ['@shop-team'] });
    const named = Policy.parse({ ...policy, recovery: { mayApprove: ['@leads'] } });
    expect(approversOf(named, 'shop')).toEqual({ mayApprove: ['@leads'], mention: ['@leads'] });
  });
});

describe('behind More…', () => {
  const failure = openFailure({ component: 'shop', level: 5 });

  it('a shutdown lists all that cannot work without the component', () => {
    expect(moreView(policy, failure, {}, undefined).blastRadius).toEqual(['shop', 'basket', 'Check-out']);
  });

  it('what the level does not call for, and what the runner cannot do, is not offered', () => {
    const view = moreView(
      policy,
      { ...failure, level: 3 },
      { runners: [aRunner({ shop: ['diagnose', 'clean'] })] },
      undefined,
    );
    expect(view.offers.filter(({ hindrance }) => !hindrance).map(({ strategy }) => strategy)).toEqual([
      'clean',
      'diagnose',
    ]);
    expect(view.offers.find(({ strategy }) => strategy === 'shutdown')?.hindrance).toEqual({
      because: 'lower-level',
      fromLevel: 5,
    });
  });
});
