import type { Page } from 'playwright-core';

export const plain = (text: string) => ({ type: 'plain_text', text });
export const option = (text: string, value: string) => ({ text: plain(text), value });
export const button = (id: string, text: string, more: object = {}) => ({
  type: 'button',
  action_id: id,
  text: plain(text),
  value: `value-of-${id}`,
  ...more,
});
export const card = (state: string, elements: object[] = []) => [
  { type: 'header', block_id: 'head', text: plain(`F-7K3Q9D is ${state}`) },
  ...(elements.length > 0 ? [{ type: 'actions', block_id: 'buttons', elements }] : []),
];
export const form = {
  type: 'modal',
  callback_id: 'report',
  title: plain('Report'),
  submit: plain('File it'),
  blocks: [
    {
      type: 'input',
      block_id: 'summary',
      label: plain('What happened?'),
      element: { type: 'plain_text_input', action_id: 'v', max_length: 80 },
    },
    {
      type: 'input',
      block_id: 'level',
      label: plain('Severity'),
      element: { type: 'static_select', action_id: 'v', options: [option('2 minor', '2'), option('3 major', '3')] },
    },
    {
      type: 'input',
      block_id: 'part',
      label: plain('Component'),
      element: { type: 'external_select', action_id: 'v', min_query_length: 1 },
    },
    {
      type: 'input',
      block_id: 'who',
      label: plain('Who?'),
      optional: true,
      element: { type: 'multi_users_select', action_id: 'v' },
    },
    {
      type: 'input',
      block_id: 'day',
      label: plain('Since'),
      optional: true,
      element: { type: 'datepicker', action_id: 'v' },
    },
  ],
};

export const say = async (page: Page, text: string) => {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
};
export const field = (page: Page, block: string) => page.locator(`[data-block-id="${block}"][data-action-id="v"]`);
