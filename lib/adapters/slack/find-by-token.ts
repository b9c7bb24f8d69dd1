import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Where } from '../../response/board.ts';
import { metadataEventType } from './cards/metadata.ts';

/** Slack's clock and ours may differ by this much. */
const clockSlackSeconds = 60;

const Message = z.object({
  ts: z.string(),
  metadata: z
    .object({ event_type: z.literal(metadataEventType), event_payload: z.object({ token: z.string() }) })
    .optional()
    .catch(undefined),
});

/** Every page of the channel's history (or the thread's replies) from `since` on, for messages that carry this token. */
export async function findByToken(
  client: WebClient,
  { channel, threadTs }: Where,
  token: string,
  since: number,
): Promise<string[]> {
  const query = {
    channel,
    oldest: String(Math.floor(since / 1000) - clockSlackSeconds),
    include_all_metadata: true,
    limit: 200,
  };
  const found: string[] = [];
  let cursor = '';
  do {
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
