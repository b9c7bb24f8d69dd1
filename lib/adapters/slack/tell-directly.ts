import type { WebClient } from '@slack/web-api';
import type { Log } from '../../ports.ts';
import { askSlack } from './ask-slack.ts';
import { timeForLastWord } from './request-time.ts';

/** The last word to somebody whom nothing else reaches: a direct message. */
export async function tellDirectly(
  client: WebClient,
  { user: channel, text, log }: { user: string; text: string; log: Log },
): Promise<void> {
  const said = await askSlack(() => client.chat.postMessage({ channel, text }), { ms: timeForLastWord(1000) });
  if (said.kind !== 'ok') log('no way to answer', { code: 'code' in said ? said.code : said.kind });
}
