import { type Board, type Later, unclear } from './board.ts';

/** Removes each of these messages. `ok` only when none of them is there any more. */
export async function removeCopies(
  board: Board,
  channel: string,
  copies: string[],
): Promise<{ kind: 'ok' } | Later | { kind: 'refused'; code: string }> {
  for (const ts of copies) {
    const removed = await board.remove({ channel, ts });
    if (removed.kind === 'unsure') return unclear;
    if (removed.kind === 'later' || removed.kind === 'refused') return removed;
  }
  return { kind: 'ok' };
}
