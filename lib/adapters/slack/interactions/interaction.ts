import type { App } from '@slack/bolt';
import type { Log } from '../../../ports.ts';
import type { AnswerPrivately } from '../answer-privately.ts';
import type { SlackPorts } from '../listeners/slack-ports.ts';
import type { Members } from '../listeners/whose.ts';

/** What every kind of interaction is listened to with. */
export interface Listening {
  app: App;
  ports: SlackPorts;
  members: Members;
  answerPrivately: AnswerPrivately;
}

export function logFailed(log: Log, error: unknown, requestId: string): void {
  log('request failed', { requestId, error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' });
}
