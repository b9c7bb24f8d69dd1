import { z } from 'zod';
import { blockId, text, url } from './text.ts';

/** Rich text has no published length of its own; the message's total bounds it. */
const anyLength = text(40_000);
const flag = z.boolean().optional();
const style = z.strictObject({ bold: flag, code: flag, italic: flag, strike: flag, underline: flag }).optional();
const anchor = () => url(3000, ['http:', 'https:', 'mailto:', 'tel:', 'slack:']);

const textLeaf = z.strictObject({ type: z.literal('text'), text: anyLength, style });
const linkLeaf = z.strictObject({
  type: z.literal('link'),
  url: anchor(),
  text: z.string().optional(),
  unsafe: flag,
  style,
});

const leaf = z.discriminatedUnion('type', [
  textLeaf,
  linkLeaf,
  z.strictObject({ type: z.literal('user'), user_id: text(255), style }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: text(255), style }),
  z.strictObject({ type: z.literal('channel'), channel_id: text(255), style }),
  z.strictObject({ type: z.literal('team'), team_id: text(255), style }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']), style }),
  z.strictObject({
    type: z.literal('emoji'),
    name: text(255),
    unicode: z.string().optional(),
    url: url().optional(),
    style,
  }),
  z.strictObject({
    type: z.literal('date'),
    timestamp: z.int(),
    format: text(3000),
    url: anchor().optional(),
    fallback: z.string().optional(),
    style,
  }),
  z.strictObject({
    type: z.literal('color'),
    value: z.string().regex(/^#[0-9a-f]{6}$/i, { error: 'must be a hex colour' }),
    style,
  }),
]);

const border = z.union([z.literal(0), z.literal(1)], { error: 'must be 0 or 1' }).optional();
const section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(leaf) });

export const richTextBlock = z.strictObject({
  type: z.literal('rich_text'),
  block_id: blockId,
  elements: z.array(
    z.discriminatedUnion('type', [
      section,
      z.strictObject({
        type: z.literal('rich_text_list'),
        elements: z.array(section),
        style: z.enum(['bullet', 'ordered']),
        indent: z.int().min(0).max(8).optional(),
        offset: z.int().min(0).optional(),
        border,
      }),
      z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(leaf), border }),
      z.strictObject({
        type: z.literal('rich_text_preformatted'),
        elements: z.array(z.discriminatedUnion('type', [textLeaf, linkLeaf])),
        border,
        language: text(255).optional(),
      }),
    ]),
  ),
});
