import type { CardRecord } from '../ports.ts';
import { hash128 } from '../signal/hash.ts';
import { type Said, unclear, type Where } from './board.ts';
import type { Content } from './content.ts';
import type { Desk } from './desk.ts';
import { postOnce } from './post-once.ts';
import type { Round, ShowPorts } from './show-failure.ts';

interface Kept {
  /** Names it among the card's messages. */
  key: string;
  token: string;
  where: Where;
  content: Content;
  /** Its first post, when that calls somebody besides what it says. */
  first?: () => Promise<{ content: Content; remembered: Partial<CardRecord> }>;
  /** A place that refuses it is asked again only when there is something else to say. */
  isOptional?: boolean;
  /** What of it people see: when that is as it was, nothing is sent. */
  seen: unknown;
}

/** One message besides the card: posted once, then edited to what is true. Undefined when it is. */
export async function keepMessage(ports: ShowPorts, desk: Desk, kept: Kept): Promise<Round | undefined> {
  const { key, token, where, content, first, seen, isOptional = false } = kept;
  const shown = hash128(JSON.stringify(seen));
  const message = desk.card.runMessages[key];
  const remember = (change: CardRecord['runMessages'][string], besides: Partial<CardRecord> = {}) =>
    desk.save({ ...besides, runMessages: { ...desk.card.runMessages, [key]: change } });
  if (message?.ts) {
    if (message.shown === shown) return undefined;
    const edited = await ports.board.edit({ ...where, ts: message.ts }, content, token);
    if (edited.kind === 'gone' && isOptional) {
      // Somebody took it down: it stays so.
      await remember({ ts: message.ts, shown });
      return undefined;
    }
    if (edited.kind === 'gone') {
      await remember({});
      return { kind: 'later', seconds: 1 };
    }
    const problem = problemOf(ports, desk, edited);
    if (problem) return problem;
    await remember({ ts: message.ts, shown });
    return undefined;
  }
  if (isOptional && message?.shown === shown) return undefined;
  const opening = (await first?.()) ?? { content, remembered: {} };
  const posted = await postOnce(ports, {
    where,
    content: opening.content,
    token,
    since: message?.since,
    remember: (since) => remember(since === undefined ? {} : { since }),
  });
  const problem = problemOf(ports, desk, posted);
  if (problem) return problem;
  if (posted.kind !== 'ok') {
    if (isOptional) await remember({ shown });
    return undefined;
  }
  const { ts, how } = posted.value;
  await remember({ ts, ...(how !== 'found' && { shown }) }, opening.remembered);
  // Found: it says what was true when it was posted.
  return how === 'found' ? await keepMessage(ports, desk, kept) : undefined;
}

/** A place that takes no more messages must not keep the card from its dues; one that is slow must. */
export function problemOf(ports: ShowPorts, desk: Desk, said: Said<unknown>): Round | undefined {
  switch (said.kind) {
    case 'ok':
      return undefined;
    case 'later':
      return said;
    case 'unsure':
      return unclear;
    case 'gone':
    case 'refused': {
      const code = said.kind === 'refused' ? said.code : 'gone';
      ports.log('message refused', { failureId: desk.stored.failure.id, code });
      return undefined;
    }
    default:
      return said satisfies never;
  }
}
