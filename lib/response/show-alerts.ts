import { isEnded } from '../failure/failure.ts';
import type { Level } from '../signal/signal.ts';
import { alertOf } from './alert-view.ts';
import { unclear } from './board.ts';
import type { Desk } from './desk.ts';
import { keepMessage } from './keep-message.ts';
import type { ResponsePlan } from './protocol.ts';
import { ringFor } from './rings.ts';
import type { Round, ShowPorts } from './show-failure.ts';
import { tellThreads } from './tell-threads.ts';

/**
 * Other channels are told with a short message that links to the card: those for emergencies, and the one of a level that a
 * standing card was raised to. They call whom everybody's policy names for that level, unless the card does. So are the threads
 * of the messages from which it was reported. Once each; what was told is edited to its end, whatever level the failure has then.
 */
export async function showAlerts(
  ports: ShowPorts,
  desk: Desk,
  plan: Pick<ResponsePlan, 'alerts' | 'alertMention' | 'channel' | 'mention'> | undefined,
): Promise<Round | undefined> {
  const { failure } = desk.stored;
  const place = desk.card.place;
  if (!place) return undefined;
  // Where it was refused, nobody was told, and nobody need hear of its end.
  const told = Object.entries(desk.card.runMessages)
    .filter(([key, { ts, since }]) => key.startsWith(prefix) && (ts ?? since) !== undefined)
    .map(([key]) => key);
  // Without a plan the episode is over.
  const status = plan ? failure.status : 'resolved';
  const wanted = plan && !isEnded({ status }) && failure.level >= calls ? [...plan.alerts, plan.channel] : [];
  const ids = new Set(told.map((key) => key.slice(prefix.length)));
  for (const wish of new Set(wanted)) {
    const id = await ports.board.channelId(wish);
    if (id.kind === 'later') return id;
    if (id.kind === 'unsure') return unclear;
    if (id.kind === 'ok' && id.value !== place.channel) ids.add(id.value);
    if (id.kind === 'refused')
      ports.log('channel cannot be told', { failureId: failure.id, channel: wish, code: id.code });
  }
  for (const id of ids) {
    const alert = alertOf(ports, desk, status);
    const problem = await keepMessage(ports, desk, {
      key: `${prefix}${id}`,
      token: `${failure.id}/${desk.card.episode}/alert/${id}`,
      where: { channel: id, level: failure.level },
      content: { kind: 'alert', alert },
      async first() {
        const ring = await ringFor(ports, desk, plan?.alertMention ?? [], {
          unlessRecent: true,
          // The card or its thread calls them in a moment.
          calledElsewhere: plan?.mention ?? [],
        });
        const called = ring.mention ? { mention: ring.mention } : {};
        return { content: { kind: 'alert', alert: { ...alert, ...called } }, remembered: ring.remembered };
      },
      seen: alert,
      isOptional: true,
    });
    if (problem) return problem;
  }
  return await tellThreads(ports, desk, status);
}

const prefix = 'alert/';
/** The level from which on somebody is to be called. */
const calls: Level = 3;
