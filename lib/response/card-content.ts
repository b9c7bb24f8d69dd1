import { componentPolicy, type Policy } from '../policy/policy.ts';
import type { StoredFailure } from '../ports.ts';
import type { CardView, Counts, PastCardView } from './content.ts';
import type { ResponsePlan } from './protocol.ts';

/** One card an episode and channel. */
export function cardKey(channel: string, episode: number): string {
  return `${channel}#${episode}`;
}

export function cardOf({ cards }: Pick<StoredFailure, 'cards'>, episode: number) {
  return Object.entries(cards).find(([, card]) => card.episode === episode && (card.place ?? card.posting));
}

export function cardView(
  { failure, cards }: StoredFailure,
  { policy, plan, counts }: { policy: Policy; plan: ResponsePlan; counts: Counts },
): CardView {
  const past = failure.pastEpisodes.find(({ episode }) => episode === failure.episode - 1);
  const permalink = past && cardOf({ cards }, past.episode)?.[1].place?.permalink;
  const { buttons, owner, withoutRecovery } = plan;
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
      resolved: { by: failure.resolvedBy, at: failure.resolvedAt, how: failure.how },
    }),
    report: failure.report,
    similar: failure.similar,
    outcomes: failure.outcomes,
    ...(past && { previous: { ...past, ...(permalink && { permalink }) } }),
    plan: { buttons, ...(owner && { owner }), ...(withoutRecovery && { withoutRecovery }) },
    counts,
  };
}

/** The card of the episode before, in its final state; undefined when it is not remembered any more. */
export function pastCardView(
  { failure }: Pick<StoredFailure, 'failure'>,
  { policy, nextPermalink }: { policy: Policy; nextPermalink: string | undefined },
): PastCardView | undefined {
  const past = failure.pastEpisodes.find(({ episode }) => episode === failure.episode - 1);
  return (
    past && {
      failureId: failure.id,
      episode: past.episode,
      title: failure.title,
      component: componentNames(policy, failure.component),
      past,
      ...(nextPermalink && { nextPermalink }),
    }
  );
}

export function componentNames(policy: Policy, name: string): { name: string; title: string } {
  return { name, title: componentPolicy(policy, name).title ?? name };
}
