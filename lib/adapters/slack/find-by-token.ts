import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Where } from '../../response/board.ts';
import { pagesMs, TooManyPagesError } from './ask-slack.ts';
import { metadataEventType } from './cards/metadata.ts';

/** Slack's clock and ours may differ by this much. */
const clockSlackSeconds = 60;
/** An attempt is over long before this, so its message is not looked for among all that was said since. */
const attemptSeconds = 60 * 60;

const Message = z.object({
  ts: z.string(),
  metadata: z
    .object({ event_type: z.literal(metadataEventType), event_payload: z.object({ token: z.string() }) })
    .optional()
    .catch(undefined),
});

/** Every page of the channel's history (or the thread's replies) of the hour from `since` on, for messages with this token. */
export async function findByToken(
  client: WebClient,
  { channel, threadTs }: Where,
  token: string,
  since: number,
  now: () => number = Date.now,
): Promise<string[]> {
  const deadline = now() + pagesMs;
  const sinceSeconds = Math.floor(since / 1000);
  const query = {
    channel,
    oldest: String(sinceSeconds - clockSlackSeconds),
    latest: String(sinceSeconds + attemptSeconds),
    include_all_metadata: true,
    limit: 200,
  };
  const found: string[] = [];
  let cursor = '';
  do {
    if (now() > deadline) throw new TooManyPagesError(`looking for ${token}`);
    const at = cursor ? { cursor } : {};
    const page = threadTs
      ? await client.conversations.replies({ ...query, ...at, ts: threadTs })
      : await client.conversations.history({ ...query, ...at });
    for (const message of page.messages ?? []) {
      const parsed = Message.safeParse(message);
      if (parsed.success && parsed.data.metadata?.event_payload.token === token) found.push(parsed.data.ts);
    }
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor);
  return found.sort();
}
