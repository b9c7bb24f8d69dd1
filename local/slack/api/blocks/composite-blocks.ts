import { z } from 'zod';
import { actions, context, divider, header, image, input, section } from './basic-blocks.ts';
import { button } from './buttons.ts';
import { imageElement } from './composition.ts';
import { richTextBlock } from './rich-text.ts';
import { table } from './tables.ts';
import { anyText, blockId, list, mrkdwn, plainText, text, url } from './text.ts';

export const alert = z.strictObject({
  type: z.literal('alert'),
  block_id: blockId,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});

const cardFields = {
  type: z.literal('card'),
  block_id: blockId,
  hero_image: imageElement.optional(),
  icon: imageElement.optional(),
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  actions: list(button, 3).optional(),
};
export const card = z
  .strictObject(cardFields)
  .refine((block) => [block.hero_image, block.title, block.actions, block.body].some((part) => part !== undefined), {
    error: 'must define at least one of `hero_image`, `title`, `actions`, `body`',
  });

export const carousel = z.strictObject({
  type: z.literal('carousel'),
  block_id: blockId,
  elements: list(z.discriminatedUnion('type', [card]), 10),
});

export const video = z.strictObject({
  type: z.literal('video'),
  block_id: blockId,
  video_url: url(3000, ['https:']),
  thumbnail_url: url(),
  alt_text: text(2000),
  title: plainText(199),
  title_url: url(3000, ['https:']).optional(),
  author_name: text(49).optional(),
  provider_name: text(255).optional(),
  provider_icon_url: url().optional(),
  description: plainText(199).optional(),
});

export const container = z
  .strictObject({
    type: z.literal('container'),
    block_id: blockId,
    title: plainText(150).optional(),
    rich_text_title: richTextBlock.optional(),
    subtitle: anyText(150).optional(),
    icon: imageElement.optional(),
    child_blocks: list(
      z.discriminatedUnion('type', [
        actions,
        context,
        divider,
        header,
        image,
        input,
        richTextBlock,
        section,
        table,
        video,
      ]),
      10,
    ),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((block) => block.title !== undefined || block.rich_text_title !== undefined, {
    error: 'must define either `title` or `rich_text_title`',
  })
  .refine((block) => !block.default_collapsed || block.is_collapsible === true, {
    error: 'must only be set when `is_collapsible` is true',
    path: ['default_collapsed'],
  });

export const taskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id: blockId,
  task_id: text(255),
  title: text(3000),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  details: richTextBlock.optional(),
  output: richTextBlock.optional(),
  sources: z.array(z.strictObject({ type: z.literal('url'), url: url(), text: text(3000) })).optional(),
});

export const plan = z.strictObject({
  type: z.literal('plan'),
  block_id: blockId,
  title: text(3000),
  tasks: z.array(taskCard).optional(),
});
