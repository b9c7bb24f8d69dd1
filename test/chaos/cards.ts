import { z } from 'zod';

const Metadata = z.object({ event_payload: z.object({ token: z.string() }) });

interface Post {
  metadata?: Record<string, unknown> | undefined;
  blocks?: Record<string, unknown>[] | undefined;
}

/** The token of one of Kintsugi's own messages: `F-…/1` for the card of an episode. */
export function messageToken({ metadata }: Post): string | undefined {
  return Metadata.safeParse(metadata).data?.event_payload.token;
}

/** The words of the buttons that a message offers. */
export function buttonsOf({ blocks = [] }: Post): string[] {
  const words: string[] = [];
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { type, text } = part as { type?: unknown; text?: { text?: string } };
    if (type === 'button' && text?.text) words.push(text.text);
    Object.values(part).forEach(look);
  };
  look(blocks);
  return words;
}
