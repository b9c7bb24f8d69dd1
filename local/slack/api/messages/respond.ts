import { z } from 'zod';
import type { Json } from '../../page-api.ts';
import { nameParts } from '../blocks/name-parts.ts';
import type { Core, Ephemeral } from '../core.ts';
import { SlackError } from '../slack-error.ts';
import type { ResponseOrigin } from '../state/response-urls.ts';
import { editMessage, removeMessage } from './change-message.ts';
import { type Content, checkContent, isEmpty, textless } from './content.ts';
import { postMessage } from './post-message.ts';
import { hideEphemeral, showEphemeral } from './show.ts';

const Response = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  response_type: z.enum(['in_channel', 'ephemeral']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

/** Carries out what an app sent to a response_url, or as the body of its answer to a command. */
export function respond(core: Core, origin: ResponseOrigin, given: unknown): void {
  const parsed = Response.safeParse(given);
  if (!parsed.success) throw new SlackError('invalid_payload');
  const { response_type, replace_original, delete_original, thread_ts } = parsed.data;
  const threadTs = thread_ts ?? origin.threadTs;
  if (delete_original) {
    deleteOriginal(core, origin);
    return;
  }
  const content = checkContent(core, parsed.data, false);
  if (isEmpty(content)) throw new SlackError('no_text');
  if (replace_original && origin.original.kind !== 'none') replaceOriginal(core, origin, content);
  else if (response_type === 'in_channel') postInChannel(core, origin, content, threadTs);
  else {
    showEphemeral(core, {
      channel: origin.channel,
      ts: core.store.nextTs(core.now()),
      to: origin.user,
      ...(threadTs !== undefined && { threadTs }),
      ...ephemeralContent(content),
    });
  }
}

function deleteOriginal(core: Core, { channel, original }: ResponseOrigin): void {
  if (original.kind === 'message') {
    const message = core.store.message(channel, original.ts);
    if (message?.botId === core.app.botId) removeMessage(core, message);
  }
  if (original.kind === 'ephemeral') {
    const ephemeral = core.screens.ephemeral(channel, original.ts);
    if (ephemeral) hideEphemeral(core, ephemeral);
  }
}

function replaceOriginal(core: Core, { channel, user, threadTs, original }: ResponseOrigin, content: Content): void {
  if (original.kind === 'message') {
    const message = core.store.message(channel, original.ts);
    // A message of a person is not the app's to replace.
    if (message?.botId === core.app.botId) editMessage(core, message, content);
  }
  if (original.kind === 'ephemeral') {
    const place = { channel, ts: original.ts, to: user, ...(threadTs !== undefined && { threadTs }) };
    showEphemeral(core, { ...place, ...ephemeralContent(content) });
  }
}

function postInChannel(core: Core, origin: ResponseOrigin, content: Content, threadTs: string | undefined): void {
  const channel = core.store.channel(origin.channel);
  if (!channel) throw new SlackError('channel_not_found');
  const { botUserId: user, botId } = core.app;
  const { text = textless, blocks, attachments } = content;
  postMessage(core, { channel, user, botId, text, blocks, attachments, threadTs });
}

function ephemeralContent({ text, blocks, attachments }: Content): Pick<Ephemeral, 'text' | 'blocks' | 'attachments'> {
  return {
    text: text ?? textless,
    ...(blocks && blocks.length > 0 && { blocks: nameParts(blocks) as Json[] }),
    ...(attachments && { attachments }),
  };
}
