import type { Json } from '../../page-api.ts';
import { checkMessageBlocks } from '../blocks/check-message.ts';
import { characters } from '../blocks/text.ts';
import type { Core } from '../core.ts';
import { errorWithReasons, SlackError } from '../slack-error.ts';

export interface GivenContent {
  text?: string | undefined;
  blocks?: unknown;
  attachments?: unknown;
  markdownText?: string | undefined;
}

export interface Content {
  /** Absent where the caller sent none. */
  text?: string;
  blocks?: Json[];
  attachments?: Json[];
}

/** Checks what a message is made of, or throws Slack's error. `limitTotal` is off for response_url posts. */
export function checkContent(core: Core, given: GivenContent, limitTotal: boolean): Content {
  const { text, markdownText } = given;
  if (markdownText !== undefined) {
    if (text !== undefined || given.blocks !== undefined) throw new SlackError('markdown_text_conflict');
    if (characters(markdownText) > 12_000) throw new SlackError('msg_too_long');
    return { text: markdownText, blocks: [{ type: 'markdown', text: markdownText }] };
  }
  return {
    ...(text !== undefined && { text }),
    ...(given.blocks !== undefined && { blocks: checkedBlocks(core, given.blocks, limitTotal) }),
    ...(given.attachments !== undefined && { attachments: checkedAttachments(core, given.attachments, limitTotal) }),
  };
}

/** Whether there is anything to read in it. */
export const isEmpty = ({ text, blocks, attachments }: Content) =>
  (text ?? '').trim() === '' && (blocks ?? []).length === 0 && (attachments ?? []).length === 0;

/** What Slack shows where only the text can be shown and there is none. */
export const textless = "This content can't be displayed.";

function checkedBlocks(core: Core, given: unknown, limitTotal: boolean): Json[] {
  if (!Array.isArray(given)) throw new SlackError('invalid_blocks_format');
  const mayEmbedVideo = core.app.scopes.includes('links.embed:write');
  const verdict = checkMessageBlocks(given, { limitTotal, mayEmbedVideo });
  if (verdict.kind === 'refused') throw errorWithReasons(verdict.error, verdict.reasons);
  return verdict.blocks;
}

function checkedAttachments(core: Core, given: unknown, limitTotal: boolean): Json[] {
  const isList = Array.isArray(given) && given.every((item) => typeof item === 'object' && item !== null);
  if (!isList) throw new SlackError('invalid_attachments');
  if (given.length > 100) throw new SlackError('too_many_attachments');
  for (const { blocks } of given as Json[]) if (blocks !== undefined) checkedBlocks(core, blocks, limitTotal);
  return given as Json[];
}
