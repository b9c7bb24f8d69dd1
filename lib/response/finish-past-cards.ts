import type { CardRecord, StoredFailure } from '../ports.ts';
import { type Later, unclear } from './board.ts';
import { cardToken, nextPermalink, pastCardView } from './card-content.ts';
import type { Content } from './content.ts';
import { type Desk, openDesk } from './desk.ts';
import { settleMs } from './post-once.ts';
import { removeCopies } from './remove-copies.ts';
import { showAlerts } from './show-alerts.ts';
import type { ShowPorts } from './show-failure.ts';
import { showThread } from './show-thread.ts';
import { whoAsked } from './who-asked.ts';

/**
 * Every card of an episode that is over gets its final state, the rest of its thread, and a link to the next card: more
 * than one when it happened again and again while Slack was slow. Undefined when all of them have that.
 */
export async function finishPastCards(
  ports: ShowPorts,
  stored: StoredFailure,
  lease: { holder: string; leaseMs: number },
): Promise<Later | undefined> {
  const past = Object.values(stored.cards)
    .filter(({ episode, finished, place, posting }) => {
      return episode < stored.failure.episode && !finished && (place ?? posting);
    })
    .sort((one, other) => other.episode - one.episode);
  for (const record of past) {
    const later = await finish(ports, stored, record, lease);
    if (later) return later;
  }
  return undefined;
}

async function finish(
  ports: ShowPorts,
  stored: StoredFailure,
  { channel, episode }: CardRecord,
  lease: { holder: string; leaseMs: number },
): Promise<Later | undefined> {
  const { failure } = stored;
  const desk = await openDesk(ports, { failureId: failure.id, channel, episode, ...lease });
  if (!desk) return { kind: 'later', seconds: 2 };
  try {
    if (desk.card.finished) return undefined;
    const token = cardToken(failure.id, episode);
    const lost = await findLostPost(ports, desk, token);
    if (lost) return lost;
    const { place } = desk.card;
    // What belongs to no channel any more, or to one that others see, too, is left as it is.
    const allowed = await ports.board.channelId(channel);
    if (allowed.kind === 'later') return allowed;
    if (allowed.kind === 'unsure') return unclear;
    if (place && allowed.kind === 'ok') {
      const runs = await ports.runs.list(failure.id);
      const thread = await showThread(ports, desk, { episode, plan: undefined, runs });
      const told = await showAlerts(ports, desk, undefined);
      if (thread?.kind === 'later') return thread;
      if (told?.kind === 'later') return told;
      const runId = failure.pastEpisodes.find((one) => one.episode === episode)?.runId;
      const view = pastCardView(stored, {
        policy: ports.policy,
        episode,
        askedBy: whoAsked(runs, runId),
        nextPermalink: nextPermalink(stored, episode),
      });
      const content: Content = { kind: 'past-card', card: view };
      const edited = await ports.board.edit({ channel, ts: place.ts }, content, token);
      if (edited.kind === 'later') return edited;
      if (edited.kind === 'unsure') return unclear;
      if (edited.kind === 'refused') ports.log('old card not finished', { failureId: failure.id, code: edited.code });
    }
    await desk.save({ finished: true, shownVersion: failure.version });
    return undefined;
  } finally {
    await desk.close();
  }
}

/** A post whose end nobody saw, of a card whose episode ended meanwhile: it is not posted again, but it may be there. */
async function findLostPost(ports: ShowPorts, desk: Desk, token: string): Promise<Later | undefined> {
  const { channel, place, posting } = desk.card;
  if (place || posting?.token !== token) return undefined;
  const found = await ports.board.find({ channel }, token, posting.since);
  if (found.kind === 'later') return found;
  if (found.kind === 'unsure') return unclear;
  const [ts, ...copies] = found.kind === 'ok' ? found.value : [];
  const waited = ports.now().getTime() - posting.since;
  if (!ts && waited < settleMs) return { kind: 'later', seconds: Math.ceil((settleMs - waited) / 1000) };
  const removed = await removeCopies(ports.board, channel, copies);
  if (removed.kind === 'later') return removed;
  if (ts) await desk.save({ place: { channel, ts } }, { drop: ['posting'] });
  return undefined;
}
