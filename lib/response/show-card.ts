import { hash128 } from '../signal/hash.ts';
import { cardOf, cardView, pastCardView } from './card-content.ts';
import type { Content, Counts } from './content.ts';
import { type Desk, openDesk } from './desk.ts';
import { postOnce, settleMs } from './post-once.ts';
import type { ResponsePlan } from './protocol.ts';
import type { Round, ShowPorts } from './show-failure.ts';
import { showThread } from './show-thread.ts';

/** The card first, then its thread: whoever only sees the card sees the truth. */
export async function showCard(
  ports: ShowPorts,
  desk: Desk,
  { plan, counts }: { plan: ResponsePlan; counts: Counts },
): Promise<Round> {
  const { stored } = desk;
  const { failure, rev, dues, sweepAttempts } = stored;
  const view = cardView(stored, { policy: ports.policy, plan, counts });
  const token = cardToken(failure.id, failure.episode);
  const shown = hash128(JSON.stringify({ ...view, counts: undefined }));
  // Nobody else promised to show the count, or the promise is due. The sweep pushes it back before it sends, so then it was.
  const countsNow = dues.counts === undefined || dues.counts <= ports.now().getTime() || sweepAttempts > 0;
  const isBehind = desk.card.shown !== shown || (countsNow && desk.card.shownCount !== counts.count);
  const what = {
    shown,
    shownVersion: failure.version,
    shownCount: counts.count,
  };
  if (!desk.card.place) {
    const posted = await postCard(ports, desk, {
      content: { kind: 'card', card: { ...view, ...callsOwner(plan, desk) } },
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
  const thread = await showThread(ports, desk, { episode: failure.episode, plan });
  if (thread ?? late) return (thread ?? late) as Round;
  return {
    kind: 'shown',
    done: { kinds: countsNow || isBehind ? ['show', 'counts'] : ['show'], rev, shownCount: desk.card.shownCount },
  };
}

/** The card of the episode before gets its final state, the rest of its thread, and a link to the new card. */
export async function finishPreviousCard(
  ports: ShowPorts,
  current: Desk,
  { holder, leaseMs }: { holder: string; leaseMs: number },
): Promise<Round | { kind: 'nothing' }> {
  const { stored } = current;
  const { failure } = stored;
  const [, record] = cardOf(stored, failure.episode - 1) ?? [];
  const view = pastCardView(stored, { policy: ports.policy, nextPermalink: current.card.place?.permalink });
  if (!record?.place || record.finished || !view) return { kind: 'nothing' };
  const { channel, episode } = record;
  const desk = await openDesk(ports, { failureId: failure.id, channel, episode, holder, leaseMs });
  if (!desk) return { kind: 'later', seconds: 2 };
  try {
    const place = desk.card.place;
    if (!place || desk.card.finished) return { kind: 'nothing' };
    const thread = await showThread(ports, desk, { episode, plan: undefined });
    if (thread?.kind === 'later') return thread;
    const content: Content = { kind: 'past-card', card: view };
    const edited = await ports.board.edit({ channel, ts: place.ts }, content, cardToken(failure.id, episode));
    if (edited.kind === 'later') return edited;
    if (edited.kind === 'unsure') return { kind: 'later', seconds: 5 };
    if (edited.kind === 'refused') ports.log('old card not finished', { failureId: failure.id, code: edited.code });
    await desk.save({ finished: true, shownVersion: failure.version });
    return { kind: 'nothing' };
  } finally {
    await desk.close();
  }
}

function cardToken(failureId: string, episode: number): string {
  return `${failureId}/${episode}`;
}

/** Only the first post of an episode's card calls; one that was deleted and is posted anew does not. */
function callsOwner({ card, owner }: ResponsePlan, desk: Desk): { mention?: string } {
  const isFirst = desk.card.shownVersion === 0;
  return card === 'mention' && owner && isFirst ? { mention: owner } : {};
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
    where: { channel },
    content,
    token,
    since: desk.card.posting?.since,
    remember: (since) =>
      since === undefined ? desk.save({}, { drop: ['posting'] }) : desk.save({ posting: { token, since } }),
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
      return { kind: 'later', seconds: settleMs / 1000 };
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
      await desk.save(what, { lastSeenAt });
      return undefined;
    case 'later':
      return edited;
    case 'unsure':
      return { kind: 'later', seconds: 5 };
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

/** After a second post the first one may still turn up: it is looked for once more when Slack has settled. */
async function removeLateCopies(ports: ShowPorts, desk: Desk, token: string): Promise<Round | undefined> {
  const { reposted, place, channel } = desk.card;
  if (!place || reposted === undefined) return undefined;
  const waited = ports.now().getTime() - reposted;
  if (waited < settleMs) return { kind: 'later', seconds: Math.ceil((settleMs - waited) / 1000) };
  const found = await ports.board.find({ channel }, token, reposted - 10 * settleMs);
  if (found.kind === 'later') return found;
  // The card that people work on stays, with its thread.
  const copies = found.kind === 'ok' ? found.value.filter((ts) => ts !== place.ts) : [];
  for (const ts of copies) await ports.board.remove({ channel, ts });
  await desk.save({}, { drop: ['reposted'] });
  return undefined;
}

/** The channel is to blame, so another one may do. */
function isAboutChannel(code: string): boolean {
  return /^(channel_not_found|not_in_channel|is_archived|restricted_action.*|channel_is_limited_access|too_many_members|method_not_supported_for_channel_type|gone)$/.test(
    code,
  );
}
