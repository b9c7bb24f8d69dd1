import type { InputBlock, KnownBlock, ModalView, PlainTextElement, PlainTextOption } from '@slack/types';
import { mrkdwn as paragraph } from '../cards/mrkdwn.ts';
import { clip, clipMrkdwn } from '../escape.ts';
import { limits } from '../limits.ts';

/** What every form is made of. */

export function plain(words: string): PlainTextElement {
  return { type: 'plain_text', text: words, emoji: true };
}

export function option(words: string, value: string, description?: string): PlainTextOption {
  return {
    text: plain(clip(words, limits.optionText)),
    value,
    ...(description && { description: plain(clip(description, limits.optionDescription)) }),
  };
}

/** Slack counts down what is typed near a limit, and takes no more: the hint says the limit before. */
export function input(
  blockId: string,
  label: string,
  element: InputBlock['element'],
  { optional = false, hint }: { optional?: boolean; hint?: string } = {},
): InputBlock {
  const most = element.type === 'plain_text_input' ? element.max_length : undefined;
  const said = [hint, most && `Up to ${most} characters.`].filter(Boolean).join(' ');
  return {
    type: 'input',
    block_id: blockId,
    label: plain(label),
    element,
    optional,
    ...(said && { hint: plain(said) }),
  };
}

export { mrkdwn as paragraph } from '../cards/mrkdwn.ts';

export function smallPrint(mrkdwn: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn }] };
}

export function form({
  callbackId,
  title,
  submit,
  metadata,
  blocks,
}: {
  callbackId: string;
  title: string;
  submit: string;
  metadata: unknown;
  blocks: KnownBlock[];
}): ModalView {
  const privateMetadata = JSON.stringify(metadata);
  if (privateMetadata.length > limits.privateMetadata)
    throw new Error(`the metadata of ${callbackId} has ${privateMetadata.length} characters`);
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: privateMetadata,
    title: plain(clip(title, limits.modalTitle)),
    submit: plain(submit),
    close: plain('Cancel'),
    blocks,
  };
}

/** What a form turns into when there is something to say, or nothing to ask. */
export function notice(title: string, mrkdwn: string): ModalView {
  return {
    type: 'modal',
    title: plain(clip(title, limits.modalTitle)),
    close: plain('Close'),
    blocks: [paragraph(clipMrkdwn(mrkdwn, limits.sectionText))],
  };
}
