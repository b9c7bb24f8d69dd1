import type { MessageMetadata } from '@slack/types';

/** Names our messages. Everybody in the workspace may read it, so it holds nothing but the message's own token. */
export const metadataEventType = 'kintsugi_message';

export function messageMetadata(token: string): MessageMetadata {
  return { event_type: metadataEventType, event_payload: { token } };
}
