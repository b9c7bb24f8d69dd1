import { type Failure, isEnded } from '../failure/failure.ts';
import type { Actor, FailureId } from '../failure/ids.ts';
import type { Workaround } from '../failure/workaround.ts';
import { causeOf, evidenceOf } from '../pattern/cause-of.ts';
import { componentPolicy, type Policy } from '../policy/policy.ts';
import type { StoredFailure } from '../ports.ts';
import { standingApprovals } from '../recovery/approvals.ts';
import { earlierOutcomes } from '../recovery/earlier-outcomes.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import type { CardView, Counts, PastCardView } from './content.ts';
import type { ResponseFacts } from './offers.ts';
import type { ResponsePlan } from './protocol.ts';
import { whatIsStopped } from './what-is-stopped.ts';

/** One card an episode and channel. */
export function cardKey(channel: string, episode: number): string {
  return `${channel}#${episode}`;
}

/** Names the card's message in Slack. */
export function cardToken(failureId: FailureId, episode: number): string {
  return `${failureId}/${episode}`;
}

export function cardOf({ cards }: Pick<StoredFailure, 'cards'>, episode: number) {
  return Object.entries(cards).find(([, card]) => card.episode === episode && (card.place ?? card.posting));
}

/** Its place in the one message of a storm or mute, when it has no card. */
export function foldedOf({ cards, failure }: Pick<StoredFailure, 'cards' | 'failure'>) {
  return Object.values(cards).find((card) => card.episode === failure.episode && card.folded);
}

/** The channels in which it was shown, in any episode: in a card of its own, or in the one message of a storm or mute. */
export function channelsOf({ cards }: Pick<StoredFailure, 'cards'>): string[] {
  const shown = Object.values(cards).filter(({ place, posting, folded }) => place || posting || folded);
  return [...new Set(shown.map(({ channel, place }) => place?.channel ?? channel))].sort();
}

/** Where the card of its episode can be read. */
export function permalinkOf(stored: Pick<StoredFailure, 'failure' | 'cards'>): { permalink?: string } {
  const permalink = cardOf(stored, stored.failure.episode)?.[1].place?.permalink;
  return permalink ? { permalink } : {};
}

export function cardView(
  { failure, cards }: StoredFailure,
  {
    policy,
    plan,
    counts,
    askedBy,
    run,
    mergedPermalink,
    facts = {},
  }: {
    policy: Policy;
    plan: ResponsePlan;
    counts: Counts;
    askedBy?: Actor | undefined;
    /** The run that holds it. */
    run?: RecoveryRun | undefined;
    /** Where the card of the one that it is part of is. */
    mergedPermalink?: string | undefined;
    facts?: ResponseFacts;
  },
): CardView {
  const past = failure.pastEpisodes.find(({ episode }) => episode === failure.episode - 1);
  const permalink = past && cardOf({ cards }, past.episode)?.[1].place?.permalink;
  const { buttons, hasMore, confirms, owner, withoutRecovery } = plan;
  return {
    failureId: failure.id,
    episode: failure.episode,
    title: failure.title,
    component: componentNames(policy, failure.component),
    level: failure.level,
    levelReasons: failure.levelReasons,
    ...(failure.claimedLevel && { claimedLevel: failure.claimedLevel }),
    status: failure.status,
    openedAt: failure.openedAt,
    ...('acknowledgedBy' in failure &&
      failure.acknowledgedBy &&
      failure.acknowledgedAt && { acknowledged: { by: failure.acknowledgedBy, at: failure.acknowledgedAt } }),
    ...(failure.status === 'resolved' && {
      resolved: {
        by: failure.resolvedBy,
        at: failure.resolvedAt,
        how: failure.how,
        ...(askedBy && { askedBy }),
      },
    }),
    ...(failure.status === 'merged' && {
      merged: {
        into: failure.mergedInto,
        by: failure.mergedBy,
        at: failure.mergedAt,
        ...(mergedPermalink && { permalink: mergedPermalink }),
      },
    }),
    absorbed: (failure.absorbed ?? []).map(({ failureId, title }) => ({ failureId, title })),
    report: failure.report,
    ...causeOnCard(failure),
    similar: failure.similar,
    outcomes: failure.outcomes,
    ...(past && {
      previous: { ...past, ...(permalink && { permalink }), outcomes: earlierOutcomes(failure, facts.runs ?? []) },
    }),
    ...(run && { run: runOnCard(run) }),
    ...(failure.workaround && { workaround: workaroundOnCard(failure.workaround) }),
    ...whatIsStopped(failure, policy, facts),
    ...orderedOnCard(failure, policy),
    ...(failure.regraded && { regraded: failure.regraded }),
    plan: { buttons, hasMore, confirms, ...(owner && { owner }), ...(withoutRecovery && { withoutRecovery }) },
    counts,
  };
}

/** That none of the known patterns fits is no news. */
function causeOnCard(failure: Failure): Pick<CardView, 'cause'> {
  const cause = causeOf(evidenceOf(failure));
  return cause === 'other' || failure.kind === 'check-up' ? {} : { cause };
}

function runOnCard(run: RecoveryRun): NonNullable<CardView['run']> {
  return {
    strategy: run.strategy,
    state: run.state,
    missing: missingApprovals(run),
    ...(run.state === 'awaiting-approval' && { expiresAt: run.expiresAt }),
  };
}

/** How many more people must say yes to the plan as it stands. */
export function missingApprovals(run: RecoveryRun): number {
  const hash = 'plan' in run ? run.plan?.hash : undefined;
  return Math.max(0, run.approvalsNeeded - (hash === undefined ? 0 : standingApprovals(run, hash).length));
}

/** The gates that its level has shut and that still are; the record of an earlier episode says nothing about this one. */
function orderedOnCard({ response, episode, status }: Failure, policy: Policy): Pick<CardView, 'gates'> {
  if (!response || response.episode !== episode || isEnded({ status })) return {};
  const scopes = [...new Set(response.gates.map((gate) => gate.split(' ')[0] ?? gate))];
  const gates = scopes.map((scope) => policy.shared[scope]?.title ?? componentNames(policy, scope).title);
  return gates.length > 0 ? { gates } : {};
}

function workaroundOnCard({ text, removeBy, by, owner, mayBeGone }: Workaround): NonNullable<CardView['workaround']> {
  return { text, removeBy, by, ...(owner && { owner }), ...(mayBeGone && { mayBeGone }) };
}

/** Where the card after this episode's is. */
export function nextPermalink({ cards }: Pick<StoredFailure, 'cards'>, episode: number): string | undefined {
  const later = Object.values(cards)
    .filter((card) => card.episode > episode && card.place?.permalink)
    .sort((one, other) => one.episode - other.episode);
  return later[0]?.place?.permalink;
}

/** The card of an episode that is over, in its final state. Of one that is long ago only that is known. */
export function pastCardView(
  { failure }: Pick<StoredFailure, 'failure'>,
  given: { policy: Policy; episode: number; nextPermalink: string | undefined; askedBy?: Actor | undefined },
): PastCardView {
  const { policy, episode, askedBy } = given;
  const past = failure.pastEpisodes.find((one) => one.episode === episode);
  return {
    failureId: failure.id,
    episode,
    title: failure.title,
    component: componentNames(policy, failure.component),
    ...(past && { past }),
    ...(askedBy && { askedBy }),
    ...(given.nextPermalink && { nextPermalink: given.nextPermalink }),
  };
}

export function componentNames(policy: Policy, name: string): { name: string; title: string } {
  return { name, title: componentPolicy(policy, name).title ?? name };
}
