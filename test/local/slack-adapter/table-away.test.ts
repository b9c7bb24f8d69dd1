import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { Action, encodeAction } from '../../../lib/adapters/slack/action-ids.ts';
import { forms } from '../../../lib/adapters/slack/listeners/forms.ts';
import { slackHandler } from '../../../lib/adapters/slack/slack-app.ts';
import { encodeTicks } from '../../../lib/adapters/slack/tick-ids.ts';
import {
  encodeToolAction,
  ToolAction,
  type ToolButton,
  ticksActionId,
} from '../../../lib/adapters/slack/tool-action-ids.ts';
import { signed } from '../../play-event.ts';
import { policy } from './world.ts';

const secret = 'a-secret';
const broken = 'Something broke on our side';

/** Slack, as far as an answer needs it: what reaches it is kept. */
const said: { to: string; words: string }[] = [];
const slack = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const to = (request.url ?? '').replace('/api/', '');
  if (!['auth.test', 'users.info'].includes(to))
    said.push({ to, words: decodeURIComponent(body.replaceAll('+', ' ')) });
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ ok: true, team_id: 'T0OURS' }));
});
let handle: ReturnType<typeof slackHandler>;
let url = '';

/** Every store's every verb fails, as when the table is away. */
function away<T extends object>(stores: T): T {
  const fail = async () => Promise.reject(new Error('the table is away'));
  const store = new Proxy({}, { get: () => fail });
  return Object.fromEntries(Object.keys(stores).map((name) => [name, store])) as T;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(slack.address() as AddressInfo).port}`;
  const { world: _world, ...stores } = memoryStores();
  const nothing = async () => undefined;
  handle = slackHandler(
    {
      ...away(stores),
      hints: { notify: nothing, learn: nothing, recovery: nothing, effects: nothing, work: nothing },
      ids: { failureId: () => 'F-7K3Q9D', runId: () => 'R-7K3Q9D7K3Q', actionId: () => 'a', workItemId: () => 'W-1' },
      policy,
      now: () => new Date(),
      log: () => undefined,
      redact: async (text: string) => text,
    } as unknown as Parameters<typeof slackHandler>[0],
    { botToken: 'xoxb-1', apiUrl: `${url}/api/`, signingSecret: secret },
  );
});
afterAll(() => new Promise((resolve) => slack.close(resolve)));
beforeEach(() => {
  said.length = 0;
});

const who = { team: { id: 'T0OURS' }, user: { id: 'U0ADA0ADA', team_id: 'T0OURS' } };

async function send(fields: Record<string, string>): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const event = signed({ headers, body: new URLSearchParams(fields).toString() }, { secret, now: Date.now() });
  const answer = await handle(event, { awsRequestId: 'request-1' });
  if (typeof answer === 'string') throw new Error('not structured');
  expect(answer.statusCode).toBe(200);
  return answer.body ?? '';
}

const press = (pressed: { action_id: string; block_id?: string }, where: object) =>
  send({
    payload: JSON.stringify({
      type: 'block_actions',
      ...who,
      trigger_id: '1.2.abc',
      response_url: `${url}/answer`,
      actions: [{ type: 'button', block_id: 'b', ...pressed }],
      ...where,
    }),
  });

const scope = 'shop';
const failure = { failureId: 'F-7K3Q9D', episode: 1, runId: 'R-7K3Q9D7K3Q', planHash: 'a'.repeat(64) };
const item = {
  id: 'W-12345678',
  was: 100,
  scope,
  component: 'shop',
  number: 1,
  on: [0],
  off: [],
  query: { bundle: 'storm.C0AAAAAA.1795348800000', words: 'late' },
};
const verbs = Action.options.map(({ shape }) => shape.do.value);
const toolVerbs = ToolAction.options.map(({ shape }) => shape.do.value);
const homeVerbs = toolVerbs.filter((verb) => verb.startsWith('home-'));
/** Their forms need nothing of the table. */
const formAtOnce: string[] = ['gate-shut', 'home-report', 'mute-open'];

describe('while the table is away, a press is answered', () => {
  const expectAnswer = (to: string, verb: string) => {
    const [answer, ...others] = said;
    expect({ to: answer?.to, others }).toEqual({ to: formAtOnce.includes(verb) ? 'views.open' : to, others: [] });
    if (!formAtOnce.includes(verb)) expect(answer?.words).toContain(broken);
  };

  it.each(verbs)('on a card: %s', async (verb) => {
    await press(encodeAction(Action.parse({ do: verb, ...failure, query: {}, from: { place: 'card' } })), {});
    expectAnswer('/answer', verb);
  });

  it.each(verbs)('in a form: %s', async (verb) => {
    const pressed = encodeAction(Action.parse({ do: verb, ...failure, query: {}, from: { place: 'more' } }));
    await press(pressed, { view: { id: 'V0MORE' }, response_url: undefined });
    expectAnswer('views.update', verb);
  });

  it.each([...verbs, ...homeVerbs, 'gate-open', 'gate-shut'])('in Home: %s', async (verb) => {
    const pressed = ToolAction.safeParse({ do: verb, ...item }).success
      ? encodeToolAction(ToolAction.parse({ do: verb, ...item }) as ToolButton)
      : encodeAction(Action.parse({ do: verb, ...failure, query: {}, from: { place: 'home' } }));
    await press(pressed, { view: { id: 'V0HOME', type: 'home', hash: '1.a' }, response_url: undefined });
    expectAnswer('views.publish', verb);
  });

  it.each(toolVerbs.filter((verb) => !homeVerbs.includes(verb)))('in a list: %s', async (verb) => {
    const boxes = { action_id: ticksActionId, selected_options: [{ value: '0' }] };
    const block_id = encodeTicks({ component: 'shop', number: 1, shown: [], drawn: 'x' });
    const action = ToolAction.parse({ do: verb, ...item });
    await press(action.do === 'checklist-tick' ? { ...boxes, block_id } : encodeToolAction(action), {});
    expectAnswer('/answer', verb);
  });
});

describe('while the table is away, a form is answered', () => {
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const filled = (value: Record<string, object>) =>
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, { [name]: one }]));
  const choice = (value: string) => ({ selected_option: { value } });
  const values: Record<string, object> = {
    'kintsugi.report': filled({ component: choice('shop'), summary: { value: 'It broke' }, level: choice('unknown') }),
    'kintsugi.regrade': filled({ level: choice('4'), reason: { value: 'Worse' } }),
    'kintsugi.resolve-report': filled({ rootCause: { value: 'The disk' } }),
    'kintsugi.edit-report': filled({ impact: { value: 'All shops' } }),
    'kintsugi.workaround': filled({ text: { value: 'By hand' }, 'remove-by': { selected_date: day } }),
    'kintsugi.workaround-standing': filled({ what: choice('gone') }),
    'kintsugi.decompose': filled({ requirements: { value: 'One\nTwo' } }),
    'kintsugi.shutdown': {},
    'kintsugi.gate': filled({ mode: choice('stop'), reason: { value: 'Stocktaking' } }),
    'kintsugi.mute': filled({ time: choice('60'), reason: { value: 'Deploying' } }),
    'kintsugi.priority': filled({ priority: { value: 'high' } }),
    'kintsugi.merge': filled({ 'merge-with': choice('F-7K3Q9E') }),
    'kintsugi.split': filled({ parts: { selected_options: [{ value: 'F-7K3Q9E' }] } }),
  };

  it.each(forms.map(({ callbackId }) => callbackId))('%s', async (callback_id) => {
    const metadata = { ...failure, ...item, base: 0, workItemId: item.id, openedAt: new Date().toISOString() };
    const view = { id: 'V0FORM', callback_id, private_metadata: JSON.stringify(metadata) };
    const state = { values: values[callback_id] ?? expect.fail('a form without values') };
    const payload = { type: 'view_submission', ...who, trigger_id: '1.2.abc', view: { ...view, type: 'modal', state } };
    expect(await send({ payload: JSON.stringify(payload) })).toContain(broken);
  });
});

it.each([
  'list',
  'show F-7K3Q9D',
  'edit F-7K3Q9D',
  'export F-7K3Q9D',
  'queue',
  'gate shop',
  'runners',
  'checklist shop',
  'diagnose shop',
  'clean shop',
])('while the table is away, /failure %s is answered', async (text) => {
  const command = { command: '/failure', team_id: 'T0OURS', user_id: 'U0ADA0ADA', trigger_id: '1.2.abc' };
  const answer = await send({ ...command, text, response_url: `${url}/answer` });
  expect(JSON.parse(answer)).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining(broken) });
});
