import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessageBlocks } from '../../../local/slack/api/blocks/check-message.ts';
import { checkView } from '../../../local/slack/api/blocks/check-view.ts';
import { inWords } from '../../../local/slack/api/blocks/reasons.ts';

type Part = Record<string, unknown>;

// An emoji of two UTF-16 units is one character for Slack, at every limit.
const long = (characters: number) => '🏺'.repeat(characters);
const plain = (text = 'words') => ({ type: 'plain_text', text });
const mrkdwn = (text = 'words') => ({ type: 'mrkdwn', text });
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const option = (i: number | string = 0) => ({ text: plain(`option ${i}`), value: `v${i}` });
const section = (more: Part = {}) => ({ type: 'section', text: mrkdwn(), ...more });
const actions = (element: Part) => ({ type: 'actions', elements: [element] });
const button = (more: Part = {}) => ({ type: 'button', text: plain(), ...more });
const input = (element: Part, more: Part = {}) => ({ type: 'input', label: plain(), element, ...more });
const richText = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const url = (length: number) => `https://a.example/${'x'.repeat(Math.max(0, length - 18))}`;
const series = (points: number) => ({
  type: 'bar',
  series: [{ name: 's', data: many(points, (i) => ({ label: `l${i}`, value: i })) }],
  axis_config: { categories: many(points, (i) => `l${i}`) },
});
const chart = (chart: Part, title = 't') => ({ type: 'data_visualization', title, chart });

/** [what, the block with this many of it, how many are allowed, what Slack says above that] */
type Limit = [string, (n: number) => Part, number, string];
const characters: Limit[] = [
  ['section text', (n) => section({ text: mrkdwn(long(n)) }), 3000, '/blocks/0/text/text'],
  ['section field', (n) => section({ fields: [mrkdwn(long(n))] }), 2000, '/blocks/0/fields/0/text'],
  ['header', (n) => ({ type: 'header', text: plain(long(n)) }), 150, '/blocks/0/text/text'],
  ['context text', (n) => ({ type: 'context', elements: [mrkdwn(long(n))] }), 3000, '/blocks/0/elements/0/text'],
  ['markdown', (n) => ({ type: 'markdown', text: long(n) }), 12_000, '/blocks/0/text'],
  ['block_id', (n) => section({ block_id: long(n) }), 255, '/blocks/0/block_id'],
  ['action_id', (n) => actions(button({ action_id: long(n) })), 255, '/blocks/0/elements/0/action_id'],
  ['button text', (n) => actions(button({ text: plain(long(n)) })), 75, '/blocks/0/elements/0/text/text'],
  ['button value', (n) => actions(button({ value: long(n) })), 2000, '/blocks/0/elements/0/value'],
  ['button url', (n) => actions(button({ url: url(n) })), 3000, '/blocks/0/elements/0/url'],
  [
    'accessibility label',
    (n) => actions(button({ accessibility_label: long(n) })),
    75,
    '/blocks/0/elements/0/accessibility_label',
  ],
  ...(['title', 'confirm', 'deny'] as const).map((part): Limit => {
    const parts = { title: plain(), text: plain(), confirm: plain(), deny: plain() };
    return [
      `confirm ${part}`,
      (n) => actions(button({ confirm: { ...parts, [part]: plain(long(n)) } })),
      part === 'title' ? 100 : 30,
      `/blocks/0/elements/0/confirm/${part}/text`,
    ];
  }),
  [
    'confirm text',
    (n) => actions(button({ confirm: { text: mrkdwn(long(n)) } })),
    300,
    '/blocks/0/elements/0/confirm/text/text',
  ],
  [
    'option text',
    (n) => actions({ type: 'static_select', options: [{ ...option(), text: plain(long(n)) }] }),
    75,
    '/blocks/0/elements/0/options/0/text/text',
  ],
  [
    'option value',
    (n) => actions({ type: 'static_select', options: [{ ...option(), value: long(n) }] }),
    150,
    '/blocks/0/elements/0/options/0/value',
  ],
  [
    'option description',
    (n) => actions({ type: 'static_select', options: [{ ...option(), description: plain(long(n)) }] }),
    75,
    '/blocks/0/elements/0/options/0/description/text',
  ],
  [
    'option group label',
    (n) => actions({ type: 'static_select', option_groups: [{ label: plain(long(n)), options: [option()] }] }),
    75,
    '/blocks/0/elements/0/option_groups/0/label/text',
  ],
  [
    'placeholder',
    (n) => actions({ type: 'users_select', placeholder: plain(long(n)) }),
    150,
    '/blocks/0/elements/0/placeholder/text',
  ],
  [
    'overflow option url',
    (n) => actions({ type: 'overflow', options: [{ ...option(), url: url(n) }] }),
    3000,
    '/blocks/0/elements/0/options/0/url',
  ],
  ['image alt text', (n) => ({ type: 'image', image_url: url(30), alt_text: long(n) }), 2000, '/blocks/0/alt_text'],
  ['image url', (n) => ({ type: 'image', image_url: url(n), alt_text: 'a' }), 3000, '/blocks/0/image_url'],
  [
    'image title',
    (n) => ({ type: 'image', image_url: url(30), alt_text: 'a', title: plain(long(n)) }),
    2000,
    '/blocks/0/title/text',
  ],
  [
    'input label',
    (n) => ({ ...input({ type: 'plain_text_input' }), label: plain(long(n)) }),
    2000,
    '/blocks/0/label/text',
  ],
  ['input hint', (n) => input({ type: 'plain_text_input' }, { hint: plain(long(n)) }), 2000, '/blocks/0/hint/text'],
  [
    'initial value',
    (n) => input({ type: 'plain_text_input', initial_value: long(n) }),
    3000,
    '/blocks/0/element/initial_value',
  ],
  ['card title', (n) => ({ type: 'card', title: mrkdwn(long(n)) }), 150, '/blocks/0/title/text'],
  ['card body', (n) => ({ type: 'card', body: mrkdwn(long(n)) }), 200, '/blocks/0/body/text'],
  [
    'container title',
    (n) => ({ type: 'container', title: plain(long(n)), child_blocks: [{ type: 'divider' }] }),
    150,
    '/blocks/0/title/text',
  ],
  ['chart title', (n) => chart(series(1), long(n)), 50, '/blocks/0/title'],
  [
    'chart label',
    (n) => chart({ type: 'pie', segments: [{ label: long(n), value: 1 }] }),
    20,
    '/blocks/0/chart/segments/0/label',
  ],
];
const counts: Limit[] = [
  ['section fields', (n) => section({ fields: many(n, () => mrkdwn()) }), 10, '/blocks/0/fields'],
  ['actions', (n) => ({ type: 'actions', elements: many(n, () => button()) }), 25, '/blocks/0/elements'],
  ['context elements', (n) => ({ type: 'context', elements: many(n, () => mrkdwn()) }), 10, '/blocks/0/elements'],
  [
    'context actions',
    (n) => ({
      type: 'context_actions',
      elements: many(n, () => ({ type: 'icon_button', icon: 'trash', text: plain() })),
    }),
    5,
    '/blocks/0/elements',
  ],
  [
    'menu options',
    (n) => actions({ type: 'static_select', options: many(n, option) }),
    100,
    '/blocks/0/elements/0/options',
  ],
  [
    'menu option groups',
    (n) =>
      actions({ type: 'static_select', option_groups: many(n, (i) => ({ label: plain(), options: [option(i)] })) }),
    100,
    '/blocks/0/elements/0/option_groups',
  ],
  [
    'overflow options',
    (n) => actions({ type: 'overflow', options: many(n, option) }),
    5,
    '/blocks/0/elements/0/options',
  ],
  ['checkboxes', (n) => actions({ type: 'checkboxes', options: many(n, option) }), 10, '/blocks/0/elements/0/options'],
  [
    'radio buttons',
    (n) => actions({ type: 'radio_buttons', options: many(n, option) }),
    10,
    '/blocks/0/elements/0/options',
  ],
  ['card buttons', (n) => ({ type: 'card', actions: many(n, () => button()) }), 3, '/blocks/0/actions'],
  [
    'carousel cards',
    (n) => ({ type: 'carousel', elements: many(n, () => ({ type: 'card', title: mrkdwn() })) }),
    10,
    '/blocks/0/elements',
  ],
  [
    'container blocks',
    (n) => ({ type: 'container', title: plain(), child_blocks: many(n, () => ({ type: 'divider' })) }),
    10,
    '/blocks/0/child_blocks',
  ],
  [
    'table rows',
    (n) => ({ type: 'table', rows: many(n, () => [{ type: 'raw_text', text: 'a' }]) }),
    100,
    '/blocks/0/rows',
  ],
  [
    'table cells',
    (n) => ({ type: 'table', rows: [many(n, () => ({ type: 'raw_text', text: 'a' }))] }),
    20,
    '/blocks/0/rows/0',
  ],
  [
    'column settings',
    (n) => ({
      type: 'table',
      rows: [[{ type: 'raw_text', text: 'a' }]],
      column_settings: many(n, () => ({ align: 'left' })),
    }),
    20,
    '/blocks/0/column_settings',
  ],
  [
    'data table rows',
    (n) => ({ type: 'data_table', caption: 'c', rows: many(n, () => [{ type: 'raw_text', text: 'a' }]) }),
    101,
    '/blocks/0/rows',
  ],
  ['chart points', (n) => chart(series(n)), 20, '/blocks/0/chart/series/0/data'],
  [
    'chart segments',
    (n) => chart({ type: 'pie', segments: many(n, (i) => ({ label: `${i}`, value: 1 })) }),
    6,
    '/blocks/0/chart/segments',
  ],
];

const rules = { limitTotal: true, mayEmbedVideo: false };
const refusals = (blocks: unknown) => {
  const verdict = checkMessageBlocks(blocks, rules);
  return verdict.kind === 'good' ? [] : [verdict.error, ...verdict.reasons.map(inWords)];
};

describe('limits of blocks in messages', () => {
  it.each(characters)('takes %s up to its length and refuses one character more', (_, block, limit, pointer) => {
    expect(refusals([block(limit)])).toEqual([]);
    const above = refusals([block(limit + 1)]);
    expect(above).toContain('invalid_blocks');
    expect(above).toContain(`must be less than ${limit + 1} characters [json-pointer:${pointer}]`);
  });

  it.each(counts)('takes as many %s as allowed and refuses one more', (_, block, limit, pointer) => {
    expect(refusals([block(limit)])).toEqual([]);
    expect(refusals([block(limit + 1)])).toContain(`no more than ${limit} items allowed [json-pointer:${pointer}]`);
  });

  it('takes 50 blocks and refuses 51', () => {
    expect(refusals(many(50, () => ({ type: 'divider' })))).toEqual([]);
    expect(refusals(many(51, () => ({ type: 'divider' })))).toEqual([
      'invalid_blocks',
      'no more than 50 items allowed [json-pointer:/blocks]',
    ]);
  });

  it.each([
    ['mixed blocks', (n: number) => [richText(long(n - 5)), section()], 11_000],
    [
      'sections',
      (n: number) => [
        ...many(4, () => section({ text: mrkdwn(long(2500)) })),
        section({ text: mrkdwn(long(n - 10_000)) }),
      ],
      11_000,
    ],
    [
      'markdown alone',
      (n: number) => [
        { type: 'markdown', text: long(6000) },
        { type: 'markdown', text: long(n - 6000) },
      ],
      12_000,
    ],
  ])('refuses %s above the total that Slack has refused', (_, blocks, limit) => {
    expect(refusals(blocks(limit))).toEqual([]);
    expect(refusals(blocks(limit + 1))).toEqual(['msg_blocks_too_long']);
  });

  it('refuses a second table, and more table text than Slack shows', () => {
    const table = (text: string) => ({ type: 'table', rows: [[{ type: 'raw_text', text }]] });
    expect(refusals([table(long(10_000))])).toEqual([]);
    expect(refusals([table('a'), table('b')])).toEqual([
      'invalid_attachments',
      'only_one_table_allowed [json-pointer:/blocks]',
    ]);
    const twoHalves = { type: 'table', rows: [many(2, () => ({ type: 'raw_text', text: long(5001) }))] };
    expect(refusals([twoHalves])[0]).toBe('invalid_blocks');
  });
});

describe('shape of blocks', () => {
  const wrong: [string, unknown[], string][] = [
    ['an unknown block', [{ type: 'poem' }], 'unsupported type: poem [json-pointer:/blocks/0/type]'],
    [
      'a file block',
      [{ type: 'file', source: 'remote', external_id: '1' }],
      'unsupported type: file [json-pointer:/blocks/0/type]',
    ],
    [
      'an alert in a message',
      [{ type: 'alert', text: plain() }],
      'unsupported type: alert [json-pointer:/blocks/0/type]',
    ],
    ['a block without type', [{}], 'missing required field: type [json-pointer:/blocks/0]'],
    ['an unknown field', [section({ colour: 'red' })], 'invalid additional property: colour [json-pointer:/blocks/0]'],
    [
      'an empty text',
      [section({ text: mrkdwn('') })],
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['a section of nothing', [{ type: 'section' }], 'must define either `text` or `fields` [json-pointer:/blocks/0]'],
    [
      'a formatted header',
      [{ type: 'header', text: mrkdwn() }],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
    ],
    [
      'no actions',
      [{ type: 'actions', elements: [] }],
      'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a text input among actions',
      [actions({ type: 'plain_text_input' })],
      'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      'a style of its own',
      [actions(button({ style: 'loud' }))],
      'must be a valid enum value [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a button without text',
      [actions({ type: 'button' })],
      'missing required field: text [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'an address that is none',
      [actions(button({ url: 'nowhere' }))],
      'must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
    ],
    [
      'options and groups',
      [
        actions({
          type: 'static_select',
          options: [option()],
          option_groups: [{ label: plain(), options: [option()] }],
        }),
      ],
      'must define either `options` or `option_groups`, not both [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'a menu without options',
      [actions({ type: 'static_select' })],
      'must define either `options` or `option_groups`, not both [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'an initial option from elsewhere',
      [actions({ type: 'static_select', options: [option(1)], initial_option: option(2) })],
      'must exactly match one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]',
    ],
    [
      'a url in a menu option',
      [actions({ type: 'static_select', options: [{ ...option(), url: url(30) }] })],
      'invalid additional property: url [json-pointer:/blocks/0/elements/0/options/0]',
    ],
    [
      'a date that is none',
      [actions({ type: 'datepicker', initial_date: '2026-02-30' })],
      'must be a date as YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]',
    ],
    [
      'a time that is none',
      [actions({ type: 'timepicker', initial_time: '7:3' })],
      'must be a time as HH:mm [json-pointer:/blocks/0/elements/0/initial_time]',
    ],
    [
      'a picture without source',
      [{ type: 'image', alt_text: 'a' }],
      'must define either `image_url` or `slack_file`, not both [json-pointer:/blocks/0]',
    ],
    [
      'an id used twice',
      [section({ block_id: 'a' }), section({ block_id: 'a' })],
      '`block_id` already exists: a [json-pointer:/blocks/1/block_id]',
    ],
    [
      'an action used twice in a block',
      [{ type: 'actions', elements: [button({ action_id: 'a' }), button({ action_id: 'a' })] }],
      '`action_id` already exists: a [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      'a file input in a message',
      [input({ type: 'file_input' })],
      'unsupported type: file_input [json-pointer:/blocks/0/element/type]',
    ],
    [
      'a text input that cannot be filled',
      [input({ type: 'plain_text_input', min_length: 5, max_length: 4 })],
      'must not be greater than `max_length` [json-pointer:/blocks/0/element/min_length]',
    ],
    [
      'a longer input than Slack has',
      [input({ type: 'plain_text_input', max_length: 3001 })],
      'must be less than 3001 [json-pointer:/blocks/0/element/max_length]',
    ],
    [
      'a container in a container',
      [
        {
          type: 'container',
          title: plain(),
          child_blocks: [{ type: 'container', title: plain(), child_blocks: [section()] }],
        },
      ],
      'unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]',
    ],
    [
      'a video without the scope',
      [{ type: 'video', video_url: url(30), thumbnail_url: url(30), alt_text: 'a', title: plain() }],
      'video needs the scope links.embed:write [json-pointer:/blocks]',
    ],
    [
      'rows of unequal length',
      [
        {
          type: 'data_table',
          caption: 'c',
          rows: [[{ type: 'raw_text', text: 'a' }], many(2, () => ({ type: 'raw_text', text: 'a' }))],
        },
      ],
      'must have the same number of cells in every row [json-pointer:/blocks/0/rows]',
    ],
  ];
  it.each(wrong)('refuses %s', (_, blocks, reason) => {
    expect(refusals(blocks)).toEqual(['invalid_blocks', reason]);
  });

  it('takes the same action_id in two blocks', () => {
    expect(refusals([actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))])).toEqual([]);
  });
});

describe('whatever an app sends', () => {
  const samples = [...characters, ...counts].map(([, block]) => block(1));

  it('is told of a type that is no text at all', () => {
    // Guards against: `toString` of what was sent being called.
    expect(() => checkMessageBlocks([{ type: { toString: 0 } }], rules)).not.toThrow();
  });

  it('gets an answer, never a crash', () => {
    const spoilt = fc
      .tuple(fc.constantFrom(...samples), fc.nat(), fc.jsonValue({ maxDepth: 2 }))
      .map(([sample, place, value]) => spoil(sample, place, value));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(spoilt)), (blocks) => {
        const verdict = checkMessageBlocks(blocks, rules);
        if (verdict.kind === 'refused' && verdict.error === 'invalid_blocks') {
          for (const reason of verdict.reasons) expect(inWords(reason)).toMatch(/^\S.* \[json-pointer:(\/.*)?\]$/s);
        }
      }),
      { numRuns: 500 },
    );
  });

  /** The sample with one of its parts, however deep, replaced. */
  function spoil(sample: Part, place: number, value: unknown): unknown {
    let seen = 0;
    const count = JSON.stringify(sample).match(/":/g)?.length ?? 1;
    return JSON.parse(JSON.stringify(sample), (key, part: unknown) =>
      key !== '' && seen++ === place % count ? value : part,
    );
  }
});

describe('limits of views', () => {
  const modal = (more: Part = {}) => ({ type: 'modal', title: plain(), blocks: [section()], ...more });
  const viewRefusals = (view: unknown, surface: 'modal' | 'home' = 'modal', scopes: string[] = []) => {
    const verdict = checkView(view, surface, scopes);
    return verdict.kind === 'good' ? [] : [verdict.error, ...verdict.reasons.map(inWords)];
  };
  const viewLimits: [string, (n: number) => Part, number, string][] = [
    ['title', (n) => modal({ title: plain(long(n)) }), 24, '/view/title/text'],
    ['submit', (n) => modal({ submit: plain(long(n)) }), 24, '/view/submit/text'],
    ['close', (n) => modal({ close: plain(long(n)) }), 24, '/view/close/text'],
    ['private_metadata', (n) => modal({ private_metadata: long(n) }), 3000, '/view/private_metadata'],
    ['callback_id', (n) => modal({ callback_id: long(n) }), 255, '/view/callback_id'],
    ['external_id', (n) => modal({ external_id: long(n) }), 255, '/view/external_id'],
    ['alert', (n) => modal({ blocks: [{ type: 'alert', text: plain(long(n)) }] }), 200, '/view/blocks/0/text/text'],
  ];
  it.each(viewLimits)('takes a %s up to its length and refuses one character more', (_, view, limit, pointer) => {
    expect(viewRefusals(view(limit))).toEqual([]);
    expect(viewRefusals(view(limit + 1))).toEqual([
      'invalid_arguments',
      `must be less than ${limit + 1} characters [json-pointer:${pointer}]`,
    ]);
  });

  it.each(['modal', 'home'] as const)('takes 100 blocks in a %s and refuses 101', (surface) => {
    const view = (n: number) => ({
      ...(surface === 'modal' ? modal() : { type: 'home' }),
      blocks: many(n, () => section()),
    });
    expect(viewRefusals(view(100), surface)).toEqual([]);
    expect(viewRefusals(view(101), surface)).toContain('no more than 100 items allowed [json-pointer:/view/blocks]');
  });

  it('refuses a view of more than 250,000 bytes', () => {
    const blocks = many(90, () => section({ text: mrkdwn('x'.repeat(2900)) }));
    expect(viewRefusals(modal({ blocks }))).toEqual(['view_too_large']);
    expect(viewRefusals(modal({ blocks: blocks.slice(10) }))).toEqual([]);
  });

  it('wants a submit button as soon as there is an input', () => {
    const blocks = [input({ type: 'plain_text_input' })];
    expect(viewRefusals(modal({ blocks }))).toEqual([
      'invalid_arguments',
      'missing required field: submit [json-pointer:/view]',
    ]);
    expect(viewRefusals(modal({ blocks, submit: plain() }))).toEqual([]);
  });

  it('names every field that is missing', () => {
    expect(viewRefusals({ type: 'modal' })).toEqual([
      'invalid_arguments',
      'missing required field: title [json-pointer:/view]',
      'missing required field: blocks [json-pointer:/view]',
    ]);
  });

  it('lets one element have the focus', () => {
    const focused = () => input({ type: 'plain_text_input', focus_on_load: true });
    const view = (n: number) => modal({ submit: plain(), blocks: many(n, focused) });
    expect(viewRefusals(view(1))).toEqual([]);
    expect(viewRefusals(view(2))[1]).toMatch(/^only one element can have `focus_on_load`/);
  });

  it('takes a file input only in a modal of an app that may read files', () => {
    const view = modal({ submit: plain(), blocks: [input({ type: 'file_input' })] });
    expect(viewRefusals(view)[1]).toBe('file_input needs the scope files:read [json-pointer:/view/blocks/0]');
    expect(viewRefusals(view, 'modal', ['files:read'])).toEqual([]);
    const dispatching = modal({ submit: plain(), blocks: [input({ type: 'file_input' }, { dispatch_action: true })] });
    expect(viewRefusals(dispatching, 'modal', ['files:read'])[0]).toBe('invalid_arguments');
  });

  it.each(['markdown', 'table', 'data_table', 'container', 'carousel', 'card'])('refuses a %s in a modal', (type) => {
    expect(viewRefusals(modal({ blocks: [{ type }] }))[1]).toBe(
      `unsupported type: ${type} [json-pointer:/view/blocks/0/type]`,
    );
  });

  it.each(['alert', 'markdown', 'table', 'data_table'])('refuses a %s in Home', (type) => {
    expect(viewRefusals({ type: 'home', blocks: [{ type }] }, 'home')[1]).toBe(
      `unsupported type: ${type} [json-pointer:/view/blocks/0/type]`,
    );
  });
});
