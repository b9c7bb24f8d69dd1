import { type Later, unclear } from './board.ts';
import type { Desk } from './desk.ts';
import { settleMs } from './post-once.ts';
import { removeCopies } from './remove-copies.ts';
import type { ShowPorts } from './show-failure.ts';

/**
 * After a second post the first one may still turn up: it is looked for once more when Slack has settled, and that is
 * forgotten only when every copy is known to be gone.
 */
export async function removeLateCopies(ports: ShowPorts, desk: Desk, token: string): Promise<Later | undefined> {
  const { reposted, place, channel } = desk.card;
  if (!place || reposted === undefined) return undefined;
  const waited = ports.now().getTime() - reposted;
  if (waited < settleMs) return { kind: 'later', seconds: Math.ceil((settleMs - waited) / 1000) };
  const found = await ports.board.find({ channel }, token, reposted - 10 * settleMs);
  if (found.kind === 'later') return found;
  if (found.kind === 'unsure') return unclear;
  // The card that people work on stays, with its thread.
  const copies = found.kind === 'ok' ? found.value.filter((ts) => ts !== place.ts) : [];
  const removed = found.kind === 'ok' ? await removeCopies(ports.board, channel, copies) : found;
  if (removed.kind === 'later') return removed;
  if (removed.kind === 'ok') await desk.save({}, { drop: ['reposted'] });
  else ports.log('late copy not removed', { token, because: removed.kind });
  return undefined;
}
