import { unclear } from './board.ts';
import type { Content } from './content.ts';
import type { Desk } from './desk.ts';
import { postOnce, settleMs } from './post-once.ts';
import type { Ring } from './rings.ts';
import type { Round, ShowPorts } from './show-failure.ts';

export interface Showing {
  content: Content;
  lastSeenAt: string;
  token: string;
  what: { shown: string; shownVersion: number; shownCount: number };
}

/** Undefined when it is there. `ring`: whom this very post calls. */
export async function postCard(
  ports: ShowPorts,
  desk: Desk,
  { content, ring, token, what, lastSeenAt }: Showing & { ring: Ring },
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
        await desk.save({ place, ...ring.remembered }, { drop: ['posting'] });
        return await editCard(ports, desk, { content, token, what, lastSeenAt });
      }
      const reposted = how === 'again' ? { reposted: ports.now().getTime() } : {};
      await desk.save({ place, ...what, ...reposted, ...ring.remembered }, { drop: ['posting'], lastSeenAt });
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

export async function editCard(
  ports: ShowPorts,
  desk: Desk,
  { content, token, what, lastSeenAt }: Showing,
): Promise<Round | undefined> {
  const place = desk.card.place;
  if (!place) return undefined;
  const { level } = desk.stored.failure;
  const isCount = desk.card.shown === what.shown;
  const edited = await ports.board.edit({ channel: place.channel, ts: place.ts, level, isCount }, content, token);
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

/** Nobody has posted it yet: only such a post calls anybody. */
export function isFirst({ card }: Desk): boolean {
  return card.shownVersion === 0;
}
