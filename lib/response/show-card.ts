import { hash128 } from '../signal/hash.ts';
import { unclear } from './board.ts';
import { cardToken, cardView } from './card-content.ts';
import type { Content, Counts } from './content.ts';
import type { Desk } from './desk.ts';
import { countsEveryMs } from './keep-counting.ts';
import { removeLateCopies } from './late-copies.ts';
import { holdingRun, type ResponseFacts } from './offers.ts';
import { postOnce, settleMs } from './post-once.ts';
import type { ResponsePlan } from './protocol.ts';
import { showAlerts } from './show-alerts.ts';
import type { Round, ShowPorts } from './show-failure.ts';
import { showThread } from './show-thread.ts';
import { whoAsked } from './who-asked.ts';

/** The card first, then its thread: whoever only sees the card sees the truth. */
export async function showCard(
  ports: ShowPorts,
  desk: Desk,
  { plan, counts, facts }: { plan: ResponsePlan; counts: Counts; facts: ResponseFacts },
): Promise<Round> {
  const { stored } = desk;
  const { failure, rev, dues, sweepAttempts } = stored;
  const { runs = [] } = facts;
  const view = cardView(stored, {
    policy: ports.policy,
    plan,
    counts,
    askedBy: whoAsked(runs, failure.status === 'resolved' ? failure.runId : undefined),
    run: holdingRun(failure, facts),
  });
  const token = cardToken(failure.id, failure.episode);
  const shown = hash128(JSON.stringify({ ...view, counts: undefined }));
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
  if (!desk.card.place) {
    const posted = await postCard(ports, desk, {
      content: { kind: 'card', card: { ...view, ...calls(plan, desk) } },
      token,
      what,
      lastSeenAt: counts.lastSeenAt,
    });
    if (posted) return posted;
  } else if (isBehind) {
    const edited = await editCard(ports, desk, {
      content: { kind: 'card', card: view },
      token,
      what,
      lastSeenAt: counts.lastSeenAt,
    });
    if (edited) return edited;
  } else if (desk.card.shownVersion !== failure.version) {
    await desk.save({ shownVersion: failure.version });
  }
  const late = await removeLateCopies(ports, desk, token);
  const alerts = await showAlerts(ports, desk, plan);
  const thread = await showThread(ports, desk, { episode: failure.episode, plan, runs });
  const problem = thread ?? alerts ?? late;
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
function calls({ card, mention }: ResponsePlan, desk: Desk): { mention?: ResponsePlan['mention'] } {
  return card === 'mention' && mention.length > 0 && isFirst(desk) ? { mention } : {};
}

function isFirst({ card }: Desk): boolean {
  return card.shownVersion === 0;
}

interface Showing {
  content: Content;
  lastSeenAt: string;
  token: string;
  what: { shown: string; shownVersion: number; shownCount: number };
}

async function postCard(
  ports: ShowPorts,
  desk: Desk,
  { content, token, what, lastSeenAt }: Showing,
): Promise<Round | undefined> {
  const { channel } = desk.card;
  const posted = await postOnce(ports, {
    where: { channel, level: desk.stored.failure.level },
    content,
    token,
    since: desk.card.posting?.since,
    remember: (since) =>
      since === undefined
        ? desk.save({}, { drop: ['posting'] })
        : desk.save({ posting: { token, since }, ...(isFirst(desk) && { postedVersion: what.shownVersion }) }),
  });
  switch (posted.kind) {
    case 'ok': {
      const { ts, how } = posted.value;
      const permalink = await ports.board.permalink({ channel, ts });
      const place = { channel, ts, ...(permalink && { permalink }) };
      if (how === 'found') {
        // It says what was true when it was posted.
        await desk.save({ place }, { drop: ['posting'] });
        return await editCard(ports, desk, { content, token, what, lastSeenAt });
      }
      const reposted = how === 'again' ? { reposted: ports.now().getTime() } : {};
      await desk.save({ place, ...what, ...reposted }, { drop: ['posting'], lastSeenAt });
      ports.log('card posted', { failureId: desk.stored.failure.id, channel, version: what.shownVersion });
      return undefined;
    }
    case 'later':
      return posted;
    case 'unsure':
      return { kind: 'later', seconds: settleMs / 1000, isDown: true };
    case 'gone':
      return { kind: 'no-channel', code: 'gone' };
    case 'refused':
      return isAboutChannel(posted.code)
        ? { kind: 'no-channel', code: posted.code }
        : { kind: 'given-up', code: posted.code };
    default:
      return posted satisfies never;
  }
}

async function editCard(
  ports: ShowPorts,
  desk: Desk,
  { content, token, what, lastSeenAt }: Showing,
): Promise<Round | undefined> {
  const place = desk.card.place;
  if (!place) return undefined;
  const edited = await ports.board.edit({ channel: place.channel, ts: place.ts }, content, token);
  switch (edited.kind) {
    case 'ok':
      await desk.save({ ...what, countedAt: ports.now().getTime() }, { lastSeenAt });
      return undefined;
    case 'later':
      return edited;
    case 'unsure':
      return unclear;
    case 'gone':
      // Somebody deleted it: the failure still needs a card.
      await desk.save({}, { drop: ['place'] });
      return { kind: 'later', seconds: 1 };
    case 'refused':
      return { kind: 'given-up', code: edited.code };
    default:
      return edited satisfies never;
  }
}

/** The channel is to blame, so another one may do. */
function isAboutChannel(code: string): boolean {
  return /^(channel_not_found|not_in_channel|is_archived|restricted_action.*|channel_is_limited_access|too_many_members|method_not_supported_for_channel_type|gone)$/.test(
    code,
  );
}
