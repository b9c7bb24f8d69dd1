import type { Failure } from '../failure/failure.ts';
import { hash128 } from '../signal/hash.ts';
import { cardToken, cardView } from './card-content.ts';
import type { Counts } from './content.ts';
import type { Desk } from './desk.ts';
import { countsEveryMs } from './keep-counting.ts';
import { removeLateCopies } from './late-copies.ts';
import { holdingRun, type ResponseFacts } from './offers.ts';
import { editCard, isFirst, postCard } from './post-card.ts';
import type { ResponsePlan } from './protocol.ts';
import { ringFor } from './rings.ts';
import { isShortOfRoom, soonest } from './rounds.ts';
import { showAlerts } from './show-alerts.ts';
import type { Round, ShowPorts } from './show-failure.ts';
import { showThread } from './show-thread.ts';
import { whoAsked } from './who-asked.ts';
import { permalinkOfWhole } from './whole.ts';

/**
 * The card first, then its thread: whoever only sees the card sees the truth. An edit of the card that must wait for its turn
 * does not keep what people are to decide on out of the thread.
 */
export async function showCard(
  ports: ShowPorts,
  desk: Desk,
  { plan, counts, facts }: { plan: ResponsePlan; counts: Counts; facts: ResponseFacts },
): Promise<Round> {
  const { stored } = desk;
  const { failure, rev, dues, sweepAttempts } = stored;
  const { runs = [] } = facts;
  const called = Object.keys(desk.card.rung ?? {});
  const view = {
    ...cardView(stored, {
      policy: ports.policy,
      plan,
      counts,
      askedBy: whoAsked(runs, failure.status === 'resolved' ? failure.runId : undefined),
      run: holdingRun(failure, facts),
      mergedPermalink: await permalinkOfWhole(ports, failure),
      facts,
    }),
    similar: await readableSimilar(ports, failure.similar, desk.card.channel),
    ...(called.length > 0 && { called }),
  };
  const token = cardToken(failure.id, failure.episode);
  // Who was called stands in the post already: that alone is no news.
  const shown = hash128(JSON.stringify({ ...view, counts: undefined, called: undefined }));
  const at = ports.now().getTime();
  // Nobody else promised to show the count, or the promise is due. The sweep pushes it back before it sends, so then it was.
  const isCountDue = dues.counts === undefined || dues.counts <= at || sweepAttempts > 0;
  const isCountOld = desk.card.shownCount !== counts.count;
  const isTooEarly = at < nextCountAt(desk);
  const isBehind = desk.card.shown !== shown || (isCountDue && isCountOld && !isTooEarly);
  const what = {
    shown,
    shownVersion: failure.version,
    shownCount: counts.count,
  };
  let waits: Round | undefined;
  if (!desk.card.place) {
    const ring = await ringFor(ports, desk, calledBy(plan, desk));
    const posted = await postCard(ports, desk, {
      content: { kind: 'card', card: { ...view, ...(ring.mention && { mention: ring.mention }) } },
      ring,
      token,
      what,
      lastSeenAt: counts.lastSeenAt,
    });
    if (posted) return posted;
  } else if (isBehind) {
    waits = await editCard(ports, desk, {
      content: { kind: 'card', card: view },
      token,
      what,
      lastSeenAt: counts.lastSeenAt,
    });
    // Gone, it has no place for its thread until it is posted anew.
    if (waits && !(isShortOfRoom(waits) && desk.card.place)) return waits;
  } else if (desk.card.shownVersion !== failure.version) {
    await desk.save({ shownVersion: failure.version });
  }
  const late = await removeLateCopies(ports, desk, token);
  const alerts = await showAlerts(ports, desk, plan);
  const thread = await showThread(ports, desk, { episode: failure.episode, plan, runs });
  const problem = soonest([waits, thread, alerts, late]);
  if (problem) return problem;
  const isPutOff = isCountDue && isCountOld && isTooEarly && !isBehind;
  return {
    kind: 'shown',
    done: {
      kinds: (isCountDue || isBehind) && !isPutOff ? ['show', 'counts'] : ['show'],
      rev,
      counted: {
        shownCount: desk.card.shownCount,
        nextAt: nextCountAt(desk),
        ...(isPutOff && dues.counts !== undefined && { tooEarly: dues.counts }),
      },
    },
  };
}

function nextCountAt({ card: { countedAt } }: Desk): number {
  return countedAt === undefined ? 0 : countedAt + countsEveryMs;
}

/** Only the first post of an episode's card calls; one that was deleted and is posted anew does not. */
function calledBy({ card, mention }: ResponsePlan, desk: Desk): ResponsePlan['mention'] {
  return card === 'mention' && isFirst(desk) ? mention : [];
}

/** What a failure in a private channel was, and what fixed it, is said nowhere else. */
async function readableSimilar(
  { board }: Pick<ShowPorts, 'board'>,
  similar: Failure['similar'],
  channel: string,
): Promise<Failure['similar']> {
  const others = [...new Set(similar.flatMap(({ channels = [] }) => channels))].filter((one) => one !== channel);
  const forAll = await Promise.all(others.map(async (one) => ((await board.isForAll(one)) ? one : undefined)));
  const readable = new Set<string | undefined>([channel, ...forAll]);
  return similar.filter(({ channels = [] }) => channels.length > 0 && channels.every((one) => readable.has(one)));
}
