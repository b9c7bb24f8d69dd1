import type { ContextBlock, HeaderBlock, KnownBlock } from '@slack/types';
import { smallPrint } from '../modals/form-parts.ts';
import { more } from './home-texts.ts';

export function heading(words: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: words, emoji: true } };
}

/** Nothing is left out silently. */
export function rest(left: number, command: string): KnownBlock[] {
  const line: ContextBlock | undefined = left > 0 ? (smallPrint(more(left, command)) as ContextBlock) : undefined;
  return line ? [line] : [];
}
