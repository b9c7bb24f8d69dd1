import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listMessage } from '../../../../lib/adapters/slack/cards/list-message.ts';
import { renderMessage } from '../../../../lib/adapters/slack/cards/render-message.ts';
import { reportMessage } from '../../../../lib/adapters/slack/cards/report-message.ts';
import { limits } from '../../../../lib/adapters/slack/limits.ts';
import { notice } from '../../../../lib/adapters/slack/modals/form-parts.ts';
import { moreModal } from '../../../../lib/adapters/slack/modals/more-modal.ts';
import { componentOptions, reportModal } from '../../../../lib/adapters/slack/modals/report-modal.ts';
import type { Failure } from '../../../../lib/failure/failure.ts';
import type { FailureId, RunId } from '../../../../lib/failure/ids.ts';
import { acknowledge, resolve } from '../../../../lib/failure/moves/by-people.ts';
import { recur } from '../../../../lib/failure/moves/by-signals.ts';
import type { SimilarFailure } from '../../../../lib/failure/similar-failure.ts';
import { Policy } from '../../../../lib/policy/policy.ts';
import type { StoredFailure } from '../../../../lib/ports.ts';
import { type RecoveryRun, type RunState, Strategy } from '../../../../lib/recovery/run.ts';
import type { KnownRunner } from '../../../../lib/recovery/runner-presence.ts';
import { cardView, pastCardView } from '../../../../lib/response/card-content.ts';
import type { Content } from '../../../../lib/response/content.ts';
import { moreView } from '../../../../lib/response/more.ts';
import { responsePlan } from '../../../../lib/response/protocol.ts';
import type { Level } from '../../../../lib/signal/signal.ts';
import { checkMessageBlocks } from '../../../../local/slack/api/blocks/check-message.ts';
import { checkView } from '../../../../local/slack/api/blocks/check-view.ts';
import { openFailure } from '../../../contracts/stores/samples.ts';

const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  owner: '@oncall',
  components: {
    shop: { title: 'Shop & <!here>', recovery: { runner: 'demo', workTree: 'shop' } },
    basket: { title: '<!channel>', dependsOn: ['shop'] },
  },
  runners: { demo: { publicKey: 'A'.repeat(60) } },
});

/** What people and programs send: control forms, mrkdwn, fences, emoji, long lines, nothing at all. */
const nasty = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U0ADA0ADA>',
    '<https://evil.example|https://good.example>',
    '```',
    '*_~`',
    '🏺',
    '\u202e',
    '&lt;!here&gt;',
    '',
    ' ',
  ),
  fc.string({ unit: 'grapheme' }),
);
const words = (max: number) =>
  fc
    .oneof(
      fc.array(nasty, { maxLength: 12 }).map((parts) => parts.join(' ')),
      fc.constantFrom('x', '🏺', '&', '<!channel>').map((part) => part.repeat(Math.ceil(max / part.length))),
    )
    .map((text) => Array.from(text).slice(0, max).join(''));
const iso = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const level = fc.constantFrom<Level>(1, 2, 3, 4, 5);
const actorId = fc.constantFrom(
  'U0ADA0ADA',
  'W0GRID000',
  'system:ingest',
  'runner:demo',
  'runner:<!here>',
  '<!channel>',
);
const failureId = 'F-7K3Q9D' as FailureId;

const similar: fc.Arbitrary<SimilarFailure> = fc.record(
  {
    failureId: fc.constantFrom('F-000001', 'F-000002', 'F-7K3Q9D') as fc.Arbitrary<FailureId>,
    title: words(300),
    component: fc.constant('shop'),
    level,
    status: fc.constantFrom('open', 'resolved'),
    lastSeenAt: iso,
    fixedBy: words(100),
    outcomes: fc.array(fc.record({ strategy: words(60), worked: fc.nat(9), tried: fc.nat(9) }), { maxLength: 4 }),
  },
  { requiredKeys: ['failureId', 'title', 'component', 'level', 'status', 'lastSeenAt', 'outcomes'] },
);

const failure: fc.Arbitrary<Failure> = fc
  .record({
    title: words(300),
    level,
    levelReasons: fc.array(words(500), { maxLength: 4 }),
    similar: fc.array(similar, { maxLength: 5 }),
    details: words(6000),
    error: fc.option(fc.record({ type: words(200), message: words(2000), stack: words(6000), exitCode: fc.integer() })),
    impact: words(500),
    git: fc.option(
      fc.record({
        branch: words(255),
        head: fc.constant('abcdef1234567'),
        dirty: fc.boolean(),
        checkpoint: words(255),
      }),
    ),
    labels: fc.dictionary(words(64), words(200), { maxKeys: 20 }),
    fixes: fc.array(fc.record({ what: words(500), result: words(500) }), { maxLength: 20 }),
    outcomes: fc.array(fc.record({ strategy: words(60), worked: fc.nat(9), tried: fc.nat(9) }), { maxLength: 3 }),
    workaround: fc.option(
      fc.record({
        text: words(1000),
        by: actorId,
        owner: actorId,
        at: iso,
        removeBy: iso,
        workItemId: fc.constant('W-1'),
        mayBeGone: fc.constantFrom(undefined, 'R-0123456789'),
      }),
      { nil: undefined },
    ),
    response: fc.option(
      fc.record({
        episode: fc.constant(1),
        gates: fc.array(fc.constantFrom('shop protocol', 'basket x', 'account:claude cause#quota'), { maxLength: 9 }),
        next: fc.record({ id: words(128), title: words(300), component: fc.constant('shop') }),
        done: fc.constant([]),
      }),
      { nil: undefined },
    ),
    regraded: fc.option(fc.record({ by: actorId, at: iso, evidence: level, reason: words(500) }), { nil: undefined }),
    by: actorId,
    end: fc.constantFrom('open', 'acknowledged', 'resolved', 'again'),
  })
  .map((given) => {
    const { details, error, impact, git, labels, fixes, by, end, workaround, regraded, response, ...rest } = given;
    let made: Failure = openFailure({
      ...rest,
      ...(workaround && { workaround }),
      ...(regraded && { regraded }),
      ...(response && { response }),
      id: failureId,
      component: 'shop',
      report: {
        whatHappened: details,
        attemptedFixes: fixes,
        impact,
        labels,
        links: [{ title: '<!here>', url: 'https://ci.example/1' }],
        ...(error && { error }),
        ...(git && { git }),
      } as Failure['report'],
    } as unknown as Parameters<typeof openFailure>[0]);
    const at = new Date('2026-11-05T12:00:00.000Z');
    const move = { by, at, actionId: 'a' };
    if (end !== 'open') made = acknowledge(made, move).failure;
    if (end === 'resolved' || end === 'again') made = resolve(made, move).failure;
    if (end === 'again') {
      const later = new Date(at.getTime() + 3_600_000);
      made = recur(made, {
        ...move,
        at: later,
        occurredAt: later,
        level: made.level,
        levelReasons: made.levelReasons,
        report: made.report,
      }).failure;
    }
    return made;
  });

const hash = fc.constantFrom('a'.repeat(64), 'b'.repeat(64));
const run: fc.Arbitrary<RecoveryRun> = fc
  .record({
    state: fc.constantFrom<RunState>(
      'requested',
      'awaiting-approval',
      'running',
      'succeeded',
      'failed',
      'lost',
      'cancelled',
      'declined',
      'expired',
    ),
    strategy: fc.constantFrom(...Strategy.options),
    dryRun: fc.boolean(),
    order: fc.constantFrom({}, { undoes: 'R-9876543210' }),
    approvalsNeeded: fc.constantFrom(0, 1, 2),
    approvals: fc.array(fc.record({ by: actorId, at: iso, planHash: hash }), { maxLength: 2 }),
    declinedBy: actorId,
    cancelledBy: actorId,
    canUndo: fc.boolean(),
    table: fc.option(
      fc.integer({ min: 1, max: 6 }).chain((width) =>
        fc.record({
          columns: fc.array(words(200), { minLength: width, maxLength: width }),
          rows: fc.array(fc.array(words(200), { maxLength: 6 }), { maxLength: 60 }),
        }),
      ),
      { nil: undefined },
    ),
    failedChange: fc.option(
      fc.record({
        ref: words(300),
        files: fc.nat(1e6),
        linesAdded: fc.nat(1e6),
        linesRemoved: fc.nat(1e6),
        paths: fc.array(words(300), { maxLength: 20 }),
      }),
      { nil: undefined },
    ),
    requestedBy: actorId,
    steps: fc.array(
      fc.record({
        sequence: fc.integer({ min: 1, max: 200 }),
        name: words(100),
        state: fc.constantFrom('started', 'done', 'failed'),
        at: iso,
        detail: words(1000),
        outputTail: words(2500),
        durationMs: fc.nat(1e7),
      }),
      { maxLength: 60 },
    ),
    summary: words(400),
    items: fc.array(fc.record({ what: words(400), change: fc.constantFrom('restore', 'delete', 'recreate') }), {
      maxLength: 50,
    }),
    reason: words(1000),
    refs: fc.array(words(300), { maxLength: 20 }),
  })
  .map(
    ({ summary, items, ...given }) =>
      ({
        ...given,
        schema: 1,
        id: 'R-0123456789' as RunId,
        failureId,
        version: 1,
        episode: 1,
        component: 'shop',
        runner: 'demo',
        workTree: 'shop',
        requestedAt: '2026-11-05T12:00:00.000Z',
        lastAction: { id: 'a', by: 'U1', at: '2026-11-05T12:00:00.000Z' },
        plan: { hash: 'a'.repeat(64), summary, items, total: items.length + 3 },
        nonce: 'n',
        startedAt: '2026-11-05T12:00:00.000Z',
        heartbeatAt: '2026-11-05T12:00:00.000Z',
        endedAt: '2026-11-05T12:00:00.000Z',
        readyAt: '2026-11-05T12:00:00.000Z',
        expiresAt: '2026-11-05T13:00:00.000Z',
      }) as unknown as RecoveryRun,
  );

const counts = { count: 3, firstSeenAt: '2026-11-05T12:00:00.000Z', lastSeenAt: '2026-11-05T12:00:00.000Z' };
const stored = (given: Failure) => ({ failure: given, cards: {} }) as unknown as StoredFailure;
const viewOf = (given: Failure, held?: RecoveryRun) =>
  cardView(stored(given), {
    policy,
    plan: responsePlan(policy, given),
    counts,
    run: held,
    facts: { runs: held ? [held] : [] },
  });

interface Sent {
  text: string;
  blocks: object[];
}
function strings(value: unknown, key = ''): { key: string; text: string }[] {
  if (typeof value === 'string') return [{ key, text: value }];
  if (Array.isArray(value)) return value.flatMap((item) => strings(item, key));
  if (value && typeof value === 'object') return Object.entries(value).flatMap(([name, item]) => strings(item, name));
  return [];
}
const mrkdwnOf = (blocks: object[]): string[] =>
  blocks.flatMap(function find(part: unknown): string[] {
    if (!part || typeof part !== 'object') return [];
    const { type, text } = part as { type?: string; text?: unknown };
    const own = type === 'mrkdwn' && typeof text === 'string' ? [text] : [];
    return [...own, ...Object.values(part).flatMap((item) => (Array.isArray(item) ? item.flatMap(find) : find(item)))];
  });

/** Slack takes it, it stays under the undocumented ceiling, and only our own mentions, dates and links are live. */
function check({ text, blocks }: Sent): void {
  expect(checkMessageBlocks(blocks, { limitTotal: true, mayEmbedVideo: false })).toMatchObject({ kind: 'good' });
  const shown = strings(blocks).filter(({ key }) => key === 'text' || key === 'fallback');
  const length = shown.reduce((sum, part) => sum + Array.from(part.text).length, 0);
  expect(length).toBeLessThanOrEqual(limits.messageText);
  expect(Array.from(text).length).toBeLessThanOrEqual(4000);
  for (const live of [text, ...mrkdwnOf(blocks)]) {
    const forms = live.match(/<[^>]*>?/g) ?? [];
    for (const form of forms)
      expect(form).toMatch(
        /^<(@[UW]0[A-Z0-9]+|!date\^\d+\^[^|]*\|[^>]*|!subteam\^S0TEAM|https:\/\/slack\.example\/[^|]*\|[^>]*)>$/,
      );
  }
}

describe('whatever a failure says of itself', () => {
  it('its card is within Slack’s limits, and nothing in it mentions, links or rings', () => {
    fc.assert(
      fc.property(failure, run, fc.boolean(), (given, held, calls) => {
        const content: Content = { kind: 'card', card: viewOf(given, held) };
        check(renderMessage(content, { token: 'F-7K3Q9D/1', mention: calls ? '<!subteam^S0TEAM>' : undefined }));
      }),
      { numRuns: 150 },
    );
  });

  it('so are the old card, the full report, the list and each line of the thread', () => {
    fc.assert(
      fc.property(
        failure,
        words(3000),
        actorId,
        fc.array(words(400), { maxLength: 60 }),
        fc.array(run, { maxLength: 8 }),
        (given, text, by, list, tried) => {
          const view = viewOf(given);
          const past = pastCardView(stored(given), {
            policy,
            episode: given.episode - 1,
            nextPermalink: 'https://slack.example/p1',
          });
          check(renderMessage({ kind: 'past-card', card: past }, { token: 't' }));
          const entry = { ...given.latestEntry, text, by };
          check(renderMessage({ kind: 'entry', entry: { failureId, entry: { ...entry, list } } }, { token: 't' }));
          check(
            reportMessage({
              view,
              timeline: Array.from({ length: 40 }, () => entry),
              cardPermalink: 'https://slack.example/p2',
              tried,
            }),
          );
          const buttons = view.plan.buttons;
          const one = {
            failure: given,
            componentTitle: text.slice(0, 60),
            count: 2,
            lastSeenAt: counts.lastSeenAt,
            isWaiting: text.length > 9,
            buttons,
          };
          const ten = Array.from({ length: 10 }, (_, index) => ({
            ...one,
            failure: { ...given, id: `F-00000${index}` as FailureId },
          }));
          check(listMessage({ listed: ten, next: 'x'.repeat(200) }, { minLevel: 2, component: text.slice(0, 60) }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('so is a recovery run in every state, with its steps and output, and what asks for its approval', () => {
    fc.assert(
      fc.property(run, words(60), words(300), fc.boolean(), (given, componentTitle, failureTitle, isOver) => {
        const view = { run: given, componentTitle, isOver, canUndo: given.state === 'failed' };
        check(renderMessage({ kind: 'run', run: view }, { token: 'R-1', plainTable: true }));
        check(
          renderMessage(
            { kind: 'run', run: { run: given, componentTitle, isOver, canUndo: given.state === 'failed' } },
            { token: 'R-1' },
          ),
        );
        const approval = {
          run: given,
          componentTitle,
          failureTitle,
          level: 4 as const,
          isOver,
          mayApprove: ['@oncall'],
        };
        check(renderMessage({ kind: 'approval', approval }, { token: 'R-1', mention: '<!subteam^S0TEAM>' }));
      }),
      { numRuns: 200 },
    );
  });

  it('so are what tells another channel of it, and the modal with the rest', () => {
    fc.assert(
      fc.property(failure, run, words(60), fc.boolean(), (given, held, componentTitle, knows) => {
        const { id, title, level, status } = given;
        const permalink = 'https://slack.example/p1';
        check(
          renderMessage(
            { kind: 'alert', alert: { failureId: id, title, componentTitle, level, status, permalink } },
            { token: 't', mention: '<!subteam^S0TEAM>' },
          ),
        );
        const busy = { ...given, status: 'recovering', runId: held.id } as Failure;
        const abilities = { shop: Strategy.options };
        const runners = [{ runner: 'demo', abilities }] as unknown as KnownRunner[];
        const facts = { runs: [held], ...(knows && { runners }) };
        for (const one of [given, busy]) {
          const view = moreView(policy, one, facts, permalink);
          expect(checkView(moreModal(view, { answer: 'Asked for.' }), 'modal', [])).toMatchObject({ kind: 'good' });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('so are the form and its options', () => {
    fc.assert(
      fc.property(words(4000), words(100), (summary, typed) => {
        expect(checkView(reportModal({ summary, privateMetadata: '{}' }), 'modal', [])).toMatchObject({ kind: 'good' });
        const known = Array.from({ length: 150 }, (_, index) => ({ name: `c${index}`, title: `${typed}${index}` }));
        const options = componentOptions(known, typed);
        expect(options.length).toBeLessThanOrEqual(100);
        for (const { text, value } of options) {
          expect(Array.from(text.text).length).toBeLessThanOrEqual(75);
          expect(value?.length).toBeLessThanOrEqual(150);
        }
      }),
      { numRuns: 60 },
    );
    expect(checkView(notice('Filed', '*F-7K3Q9D* filed'), 'modal', [])).toMatchObject({ kind: 'good' });
  });
});

describe('a card of a failure that happened again', () => {
  it('says what helped before and links where', () => {
    const base = openFailure({
      id: failureId,
      component: 'shop',
      outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 1 }],
    });
    const at = new Date('2026-11-05T12:00:00.000Z');
    const ended = resolve(base, { by: 'U0ADA0ADA', at, actionId: 'a' }).failure;
    const later = new Date(at.getTime() + 3_600_000);
    const again = recur(ended, {
      by: 'system:ingest',
      at: later,
      occurredAt: later,
      actionId: 'b',
      level: 3,
      levelReasons: ['x'],
      report: base.report,
    }).failure;
    // What is tried in this episode is not what helped before.
    const now = { strategy: 'rollback-and-retry', episode: 2, state: 'failed', startedAt: later.toISOString() };
    const tried = { ...again, outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 2 }] };
    const view = { ...viewOf(tried, now as RecoveryRun) };
    const previous = view.previous && { ...view.previous, permalink: 'https://slack.example/p1' };
    const message = renderMessage(
      { kind: 'card', card: { ...view, ...(previous && { previous }) } },
      { token: 't', mention: undefined },
    );
    const said = mrkdwnOf(message.blocks).join('\n');
    expect(said).toContain('Seen before: Rollback &amp; retry worked*');
    expect(said).toContain('<https://slack.example/p1|Earlier card>');
  });
});

describe('a card after an emergency shutdown', () => {
  const at = '2026-11-05T12:00:00.000Z';
  const stopRun = {
    strategy: 'shutdown',
    state: 'succeeded',
    dryRun: false,
    episode: 1,
    component: 'shop',
    requestedAt: at,
    order: { components: ['shop', 'basket', 'elsewhere'] },
    plan: { items: [{ what: 'elsewhere: not on this host, skipped', change: 'keep' }] },
  } as unknown as RecoveryRun;
  const startRun = { ...stopRun, strategy: 'restart', requestedAt: '2026-11-05T13:00:00.000Z' } as RecoveryRun;
  const saidOn = (given: Failure, runs: RecoveryRun[]) => {
    const card = cardView(stored(given), { policy, plan: responsePlan(policy, given), counts, facts: { runs } });
    return mrkdwnOf(renderMessage({ kind: 'card', card }, { token: 't', mention: undefined }).blocks).join('\n');
  };

  it('says what is stopped and how it comes back, until it was started again', () => {
    const open = openFailure({ id: failureId, component: 'shop', level: 5 });
    const move = { by: 'U0ADA0ADA', at: new Date(at), actionId: 'a' };
    const stopped = 'Stopped by an emergency shutdown:* Shop &amp; &lt;!here&gt;, &lt;!channel&gt;. ';
    expect(saidOn(open, [])).not.toContain('Stopped');
    expect(saidOn(open, [stopRun])).toContain(`${stopped}*Restart* brings this back.`);
    expect(saidOn(resolve(open, move).failure, [stopRun])).toContain(`${stopped}*Reopen*, then *Restart*`);
    expect(saidOn({ ...open, level: 2 }, [stopRun])).toContain(`${stopped}Start this again by hand.`);
    expect(saidOn(open, [stopRun, startRun])).not.toContain('Stopped');
  });
});

it('a card says that a workaround may be gone, and since which recovery', () => {
  const workaround = {
    text: 'Carts without discounts',
    by: 'U0ADA0ADA',
    at: '2026-11-05T12:00:00.000Z',
    removeBy: '2026-11-19T12:00:00.000Z',
    renewals: 0,
    workItemId: 'W-1',
  };
  const saidOf = (mayBeGone?: RunId) => {
    const given = openFailure({ component: 'shop', workaround: { ...workaround, ...(mayBeGone && { mayBeGone }) } });
    return mrkdwnOf(
      renderMessage({ kind: 'card', card: viewOf(given) }, { token: 't', mention: undefined }).blocks,
    ).join();
  };
  expect(saidOf()).not.toContain('may be gone');
  expect(saidOf('R-0123456789' as RunId)).toContain('*it may be gone:* look at what R-0123456789 put back');
});
