import { z } from 'zod';
import {
  actions,
  context,
  contextActions,
  divider,
  header,
  image,
  input,
  markdown,
  modalInput,
  section,
} from './basic-blocks.ts';
import { alert, card, carousel, container, plan, taskCard, video } from './composite-blocks.ts';
import { richTextBlock } from './rich-text.ts';
import { dataTable, dataVisualization, table } from './tables.ts';
import { list, plainText, text } from './text.ts';

// Which block may stand where. `table`, `data_table` in Home and `card` in modals are listed by Slack, but refused or
// not drawn by it, so they are refused here.
const everywhere = [actions, context, divider, header, image, richTextBlock, section, video] as const;

const messageBlock = z.discriminatedUnion('type', [
  ...everywhere,
  input,
  card,
  carousel,
  container,
  contextActions,
  markdown,
  plan,
  taskCard,
  dataVisualization,
  table,
  dataTable,
]);
const modalBlock = z.discriminatedUnion('type', [...everywhere, modalInput, alert]);
const homeBlock = z.discriminatedUnion('type', [...everywhere, input, card, carousel]);

export const MessageBlocks = list(messageBlock, 50, 0);

const viewFields = {
  private_metadata: text(3000, 0).optional(),
  callback_id: text(255, 0).optional(),
  external_id: text(255, 0).optional(),
};

export const ModalView = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
    ...viewFields,
    blocks: list(modalBlock, 100, 0),
  })
  .refine((view) => view.submit !== undefined || !view.blocks.some((block) => block.type === 'input'), {
    error: 'missing required field: submit',
  });

export const HomeView = z.strictObject({
  type: z.literal('home'),
  ...viewFields,
  blocks: list(homeBlock, 100, 0),
});
