import { z } from 'zod';
import type { Rate } from './channel-store.ts';

/** Who found no room comes again at this time, and goes before whoever comes anew. */
export const Turn = z.object({ of: z.string(), among: z.string(), at: z.number() });
export type Turn = z.infer<typeof Turn>;

/** Who asks for room, and among which it takes its turn: what is more urgent waits elsewhere. */
export type Asker = Pick<Turn, 'of' | 'among'>;

/** What is kept of a room: when the next one would be, and who was promised when. */
export interface Room {
  next?: number | undefined;
  turns: readonly Turn[];
}

/** Who does not come for this long after its turn does not come at all: what was kept free for it is free again. */
const keptMs = 10_000;
/** Who comes when this many wait is told to come back later, and remembered then. */
const mostTurns = 60;

/**
 * One is taken if there is room for it beside all whose turn has come before: their room is left to them. Else the asker
 * has a turn, which it keeps until it takes it, however often it asks. `room` is absent when nothing of it changes.
 */
export function askForRoom(
  { next = 0, turns }: Room,
  asker: Asker,
  { rate, now }: { rate: Rate; now: number },
): { answer: 'taken' | { waitMs: number }; room?: Room } {
  const standing = turns.filter(({ at }) => at > now - keptMs);
  const mine = standing.find(({ of, among }) => of === asker.of && among === asker.among);
  const others = standing.filter(({ of }) => of !== asker.of);
  const rivals = others.filter(({ among }) => among === asker.among).map(({ at }) => at);
  const ahead = rivals.filter((at) => at <= Math.min(now, mine?.at ?? now)).length;
  const freeAt = roomFor(Math.min(ahead + 1, rate.burst), { next, rate, now });
  if (freeAt <= now) {
    return { answer: 'taken', room: { next: Math.max(next, now) + rate.everyMs, turns: others } };
  }
  if (mine) return { answer: { waitMs: mine.at > now ? mine.at - now : freeAt - now } };
  const at = gapAfter(roomFor(ahead + 1, { next, rate, now }), rivals, rate.everyMs);
  const answer = { waitMs: at - now };
  return standing.length < mostTurns ? { answer, room: { next, turns: [...others, { ...asker, at }] } } : { answer };
}

/** When there is room for so many at once, if nobody takes any until then. */
function roomFor(many: number, { next, rate, now }: { next: number; rate: Rate; now: number }): number {
  return Math.max(next, now) - rate.everyMs * (rate.burst - many);
}

/** The first time from then on that is nobody's yet. */
function gapAfter(from: number, taken: readonly number[], everyMs: number): number {
  return [...taken]
    .sort((a, b) => a - b)
    .reduce((at, one) => (one > at - everyMs && one < at + everyMs ? one + everyMs : at), from);
}
