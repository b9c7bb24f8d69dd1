import type { Log, Now } from '../ports.ts';
import { type Board, type Said, unclear, type Where } from './board.ts';
import type { Content } from './content.ts';
import { removeCopies } from './remove-copies.ts';

/** Slack may show a message in its history this much later than it took it. */
export const settleMs = 60_000;

export interface Post {
  where: Where;
  content: Content;
  token: string;
  /** When an attempt began that nobody saw the end of. */
  since: number | undefined;
  /** Stores the beginning of an attempt, or that there is none under way. */
  remember(since: number | undefined): Promise<void>;
}

/**
 * Posts a message once, however often it is tried: the attempt is stored first; after one whose end nobody saw, Slack's
 * history is asked before posting again, and once more when it has had time to settle.
 * `found`: an earlier attempt posted it, so it may say what was true then. `again`: it had to be posted a second time, so a
 * late copy may still turn up.
 */
export async function postOnce(
  { board, now, log }: { board: Board; now: Now; log: Log },
  { where, content, token, since, remember }: Post,
): Promise<Said<{ ts: string; how: 'posted' | 'found' | 'again' }>> {
  if (since !== undefined) {
    const found = await findOne({ board, log }, where, token, since);
    if (found.kind !== 'ok') return found;
    if (found.value) {
      log('found what was posted', { token, ts: found.value });
      return { kind: 'ok', value: { ts: found.value, how: 'found' } };
    }
    const waited = now().getTime() - since;
    if (waited < settleMs) return { kind: 'later', seconds: Math.ceil((settleMs - waited) / 1000) };
  }
  const startedAt = now().getTime();
  await remember(startedAt);
  const posted = await board.post(where, content, token);
  switch (posted.kind) {
    case 'ok':
      return { kind: 'ok', value: { ts: posted.value, how: since === undefined ? 'posted' : 'again' } };
    case 'unsure': {
      log('answer lost, looking for the message', { token });
      const found = await findOne({ board, log }, where, token, startedAt);
      if (found.kind === 'ok' && found.value) return { kind: 'ok', value: { ts: found.value, how: 'posted' } };
      return { kind: 'later', seconds: settleMs / 1000, isDown: true };
    }
    case 'later':
    case 'gone':
    case 'refused':
      await remember(undefined);
      return posted;
    default:
      return posted satisfies never;
  }
}

/** The oldest message of this token; copies of it are removed. */
async function findOne(
  { board, log }: { board: Board; log: Log },
  where: Where,
  token: string,
  since: number,
): Promise<Said<string | undefined>> {
  const found = await board.find(where, token, since);
  if (found.kind !== 'ok') return found.kind === 'unsure' ? unclear : found;
  const [first, ...copies] = found.value;
  const removed = await removeCopies(board, where.channel, copies);
  if (removed.kind === 'later') return removed;
  if (removed.kind === 'refused') log('copy not removed', { token, code: removed.code });
  return { kind: 'ok', value: first };
}
