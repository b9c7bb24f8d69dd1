import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Action, decodeAction, shortcuts } from '../../../lib/adapters/slack/action-ids.ts';
import { subcommand, verbOf, verbs } from '../../../lib/adapters/slack/commands/subcommands.ts';
import { forms } from '../../../lib/adapters/slack/listeners/forms.ts';
import { decodeToolAction, ToolAction } from '../../../lib/adapters/slack/tool-action-ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { fillIn, type SampleEvent, sampleEvents } from '../../play-event.ts';
import { ours, sampleTable, secret } from './sample-table.ts';
import { startWorld, policy as usual, type World } from './world.ts';

/**
 * Who may, by what can be pressed, sent off or typed. `shows`: it only shows something or opens a form, which is checked when it
 * is sent off; `asker`: who asked for it, and `mayStart`. What is missing here, or has no sample, fails: nothing gets in without a rule and a test.
 */
type Rule = 'shows' | 'everybody' | 'mayStart' | 'mayApprove' | 'asker';

const presses: Record<Action['do'] | ToolAction['do'], Rule> = {
  acknowledge: 'everybody',
  resolve: 'shows',
  edit: 'shows',
  reopen: 'everybody',
  split: 'mayStart',
  rollback: 'mayStart',
  clean: 'mayStart',
  shutdown: 'shows',
  restart: 'mayStart',
  diagnose: 'mayStart',
  more: 'shows',
  workaround: 'shows',
  decompose: 'shows',
  regrade: 'shows',
  merge: 'shows',
  parts: 'shows',
  approve: 'mayApprove',
  decline: 'mayApprove',
  cancel: 'asker',
  undo: 'mayStart',
  'list-page': 'shows',
  'list-back': 'shows',
  'queue-page': 'shows',
  'search-next': 'shows',
  'search-back': 'shows',
  'work-up': 'mayStart',
  'work-top': 'mayStart',
  'work-priority': 'shows',
  'gate-open': 'mayStart',
  'gate-shut': 'shows',
  'home-refresh': 'shows',
  'home-report': 'shows',
  'bundle-page': 'shows',
  'bundle-back': 'shows',
  'mute-open': 'shows',
  unmute: 'mayStart',
  // An ❗: `mayStart`.
  'checklist-tick': 'everybody',
  'checklist-start': 'mayStart',
  'checklist-anew': 'mayStart',
  'checklist-close': 'mayStart',
};
const formRules: Record<string, Rule> = {
  'kintsugi.report': 'everybody',
  'kintsugi.regrade': 'mayStart',
  'kintsugi.resolve-report': 'everybody',
  'kintsugi.edit-report': 'everybody',
  'kintsugi.workaround': 'mayStart',
  'kintsugi.workaround-standing': 'mayStart',
  'kintsugi.decompose': 'mayStart',
  'kintsugi.shutdown': 'mayStart',
  'kintsugi.gate': 'mayStart',
  'kintsugi.mute': 'mayStart',
  'kintsugi.priority': 'mayStart',
  'kintsugi.merge': 'mayStart',
  'kintsugi.split': 'mayStart',
};
const others: Record<string, Rule> = {
  [`shortcut ${shortcuts.report}`]: 'shows',
  [`shortcut ${shortcuts.reportMessage}`]: 'shows',
  'event app_home_opened': 'shows',
  'event app_mention': 'shows',
  'event link_shared': 'shows',
  'menu component': 'shows',
  'menu work-item': 'shows',
  'menu merge-with': 'shows',
};

const manifest = JSON.parse(readFileSync('slack-manifest.json', 'utf8'));
const events: string[] = manifest.settings.event_subscriptions.bot_events;
const allPresses = [...Action.options, ...ToolAction.options].map(({ shape }) => shape.do.value);

/** What a sample is: `press acknowledge`, `form kintsugi.gate`, `command list` … */
function partOf({ event }: SampleEvent): string {
  const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  if (text.startsWith('{')) {
    const type = safeJson(text)?.event?.type;
    return type ? `event ${type}` : '';
  }
  const fields = new URLSearchParams(text);
  if (fields.get('command')) return `command ${verbOf(fields.get('text')?.trim().split(/\s+/)[0] || 'help') ?? ''}`;
  const payload = safeJson(fields.get('payload') ?? '');
  switch (payload?.type) {
    case 'block_actions': {
      const [pressed] = payload.actions;
      const verb = decodeAction(pressed)?.do ?? decodeToolAction(pressed)?.do;
      return verb ? `press ${verb}` : '';
    }
    case 'view_submission':
      return `form ${payload.view.callback_id}`;
    case 'block_suggestion':
      return `menu ${payload.action_id}`;
    case 'shortcut':
    case 'message_action':
      return `shortcut ${payload.callback_id}`;
    default:
      return '';
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what Slack sends, read for what it is
function safeJson(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const samples = sampleEvents('events/slack')
  .filter(({ name }) => !name.startsWith('refused-'))
  .map((one) => ({ ...one, part: partOf(one.sample) }));

const rules = new Map<string, Rule>([
  ...Object.entries(presses).map(([verb, rule]) => [`press ${verb}`, rule] as const),
  ...Object.entries(formRules).map(([id, rule]) => [`form ${id}`, rule] as const),
  ...verbs.map((verb) => [`command ${verb}`, subcommand(verb).changes ? 'mayStart' : 'shows'] as const),
  ...Object.entries(others),
]);

describe('everything that Slack can send us', () => {
  it('has a rule: each button, form, subcommand, shortcut, menu and event', () => {
    expect(Object.keys(presses).sort()).toEqual([...allPresses].sort());
    expect(Object.keys(formRules).sort()).toEqual(forms.map(({ callbackId }) => callbackId).sort());
    expect(events.map((type) => `event ${type}`).filter((part) => !rules.has(part))).toEqual([]);
    const declared = manifest.features.shortcuts.map((one: { callback_id: string }) => `shortcut ${one.callback_id}`);
    expect(declared.filter((part: string) => !rules.has(part))).toEqual([]);
  });

  it('has a sample, and each sample has a rule', () => {
    const shown = new Set(samples.map(({ part }) => part));
    expect([...rules.keys()].filter((part) => !shown.has(part))).toEqual([]);
    const known = samples.filter(({ part }) => part !== '' && part !== 'command ' && !rules.has(part));
    expect(known.map(({ name }) => name).filter((name) => !/unknown|retried/.test(name))).toEqual([]);
  });
});

describe('who has no role', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const nobody = Policy.parse({ ...usual, recovery: { mayStart: ['@nobody'], mayApprove: ['@nobody'] } });
  const play = async (sample: SampleEvent, change: (text: string) => string = (text) => text) => {
    const { handle, now, stored } = await sampleTable(world, secret, nobody);
    const before = await stored();
    const event = ours(world, sample.event);
    const encoding = event.isBase64Encoded ? 'base64' : 'utf8';
    const text = Buffer.from(event.body ?? '', encoding).toString('utf8');
    const body = text.includes('\uFFFD') ? event.body : Buffer.from(change(text)).toString(encoding);
    await handle(fillIn({ ...event, body: body ?? null }, { secret, now }), { awsRequestId: 'request-1' });
    return { before, after: await stored() };
  };

  const ruled = samples.filter(({ part }) => rules.has(part));
  const restricted = ruled.filter(({ part }) => rules.get(part) !== 'everybody');

  it.each(restricted)('changes nothing with $name ($part)', async ({ sample, part }) => {
    const { ada, grace } = world.slack.users;
    // Whoever did not ask for it.
    const isAskers = rules.get(part) === 'asker';
    const { before, after } = await play(sample, (text) =>
      isAskers ? text.replaceAll(ada?.id ?? '', grace?.id ?? '') : text,
    );
    expect(after).toEqual(before);
  });

  it.each(ruled)('and who is of another workspace changes nothing at all with $name', async ({ sample }) => {
    const { before, after } = await play(sample, (text) => text.replaceAll(world.slack.teamId, 'T0ELSEWHERE'));
    expect(after).toEqual(before);
  });
});
