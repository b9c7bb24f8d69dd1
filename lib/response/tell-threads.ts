import type { FailureStatus } from '../failure/failure.ts';
import { alertOf } from './alert-view.ts';
import { unclear } from './board.ts';
import type { Desk } from './desk.ts';
import { keepMessage } from './keep-message.ts';
import type { Round, ShowPorts } from './show-failure.ts';

/**
 * Whoever wrote the message that was reported learns in its thread where it is handled: one reply, edited to its end. Where
 * the app may not write, or people of other organizations read, nothing is said.
 */
export async function tellThreads(ports: ShowPorts, desk: Desk, status: FailureStatus): Promise<Round | undefined> {
  const { failure } = desk.stored;
  const { episode, runMessages } = desk.card;
  const told = Object.keys(runMessages).filter((key) => key.startsWith(prefix));
  const reported = (failure.reportedIn ?? [])
    .filter((message) => message.episode === episode)
    .map(({ channel, ts }) => `${prefix}${channel}/${ts}`);
  for (const key of new Set([...told, ...reported])) {
    const [channel = '', threadTs = ''] = key.slice(prefix.length).split('/');
    if (runMessages[key]?.ts === undefined) {
      const allowed = await ports.board.channelId(channel);
      if (allowed.kind === 'later') return allowed;
      if (allowed.kind === 'unsure') return unclear;
      if (allowed.kind !== 'ok') {
        ports.log('thread cannot be told', { failureId: failure.id, channel, because: allowed.kind });
        continue;
      }
    }
    const alert = alertOf(ports, desk, status);
    const problem = await keepMessage(ports, desk, {
      key,
      token: `${failure.id}/${episode}/${key}`,
      where: { channel, threadTs, level: failure.level },
      content: { kind: 'alert', alert },
      seen: alert,
      isOptional: true,
    });
    if (problem) return problem;
  }
  return undefined;
}

const prefix = 'thread/';
