import type { Mention } from '../policy/policy.ts';
import type { CardRecord } from '../ports.ts';
import type { Desk } from './desk.ts';
import type { ShowPorts } from './show-failure.ts';

/** Whom one more message calls, and what is remembered with it once it is there. */
export interface Ring {
  mention?: Mention[];
  remembered: Pick<CardRecord, 'rung'>;
}

/** Who was called for this failure so short a time ago knows of it. */
const recentMs = 5 * 60_000;

/**
 * Nobody is called twice for the same thing: not under a handle and an id, not (`unlessRecent`) again within minutes, and
 * not who is called by another message anyway.
 */
export async function ringFor(
  { board, now }: Pick<ShowPorts, 'board' | 'now'>,
  { card }: Desk,
  wanted: readonly Mention[],
  { unlessRecent = false, calledElsewhere = [] }: { unlessRecent?: boolean; calledElsewhere?: readonly Mention[] } = {},
): Promise<Ring> {
  const at = now().getTime();
  const rung: Record<string, number> = { ...card.rung };
  const elsewhere = new Set(await Promise.all(calledElsewhere.map((one) => board.ringOf(one))));
  const mention = new Map<string, Mention>();
  for (const one of wanted) {
    const id = await board.ringOf(one);
    const isRecent = unlessRecent && at - (rung[id] ?? Number.NEGATIVE_INFINITY) < recentMs;
    if (!elsewhere.has(id) && !isRecent && !mention.has(id)) mention.set(id, one);
  }
  for (const id of mention.keys()) rung[id] = at;
  return mention.size === 0 ? { remembered: {} } : { mention: [...mention.values()], remembered: { rung } };
}
