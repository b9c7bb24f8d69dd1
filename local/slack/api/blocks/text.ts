import { z } from 'zod';

/** Slack counts characters as Unicode code points: one emoji is one character. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** A string between `min` and `max` characters, refused in Slack's own words. */
export function text(max: number, min = 1) {
  return z.string().superRefine((value, ctx) => {
    const length = characters(value);
    if (length > max) ctx.addIssue({ code: 'custom', message: `must be less than ${max + 1} characters` });
    if (length < min) ctx.addIssue({ code: 'custom', message: `must be more than ${min - 1} characters` });
  });
}

export function plainText(max: number) {
  return z.strictObject({ type: z.literal('plain_text'), text: text(max), emoji: z.boolean().optional() });
}

export function mrkdwn(max: number) {
  return z.strictObject({ type: z.literal('mrkdwn'), text: text(max), verbatim: z.boolean().optional() });
}

export function anyText(max: number) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);
}

export function url(max = 3000, protocols: readonly string[] = ['http:', 'https:']) {
  return text(max).refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: 'must be a valid URL',
  });
}

/** A list with a count limit, refused in Slack's own words. */
export function list<T extends z.ZodType>(item: T, max: number, min = 1) {
  return z
    .array(item)
    .max(max, { error: `no more than ${max} items allowed` })
    .min(min, { error: `no fewer than ${min} items allowed` });
}

export const blockId = text(255).optional();
export const actionId = text(255).optional();
