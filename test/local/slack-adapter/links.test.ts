import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slackHandler } from '../../../lib/adapters/slack/slack-app.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { startWorld, policy as usual, type World } from './world.ts';

const base = 'https://example.com';
const policy = Policy.parse({ ...usual, links: { base } });

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy });
  // It hears of links where it is a member.
  for (const channel of ['shop', 'general', 'platform']) await person('ada').command(channel, '/invite @kintsugi');
  await person('grace').command('security', '/invite @kintsugi');
});
afterAll(() => world.close());

const person = (name: string) => world.slack.act(name);
async function post(name: string, channel: string, text: string) {
  const { ts } = person(name).post(channel, text);
  await world.slack.settled();
  const message = world.slack.messages(channel).find((one) => one.ts === ts);
  return message?.attachments ?? [];
}
async function shown(component = 'shop'): Promise<FailureId> {
  const id = await world.signal({ component, summary: 'Orders <!channel> answer 500' });
  await world.run();
  return id;
}

describe('a link to a failure', () => {
  it('shows a small card in the own organization', async () => {
    const id = await shown();
    const [attachment, ...more] = await post('ada', 'general', `see ${base}/f/${id} and https://example.com/else`);
    expect(more).toEqual([]);
    expect(attachment).toMatchObject({ from_url: `${base}/f/${id}`, is_app_unfurl: true });
    const said = JSON.stringify(attachment);
    expect(said).toMatch(/Major failure in Shop · open[\s\S]*Orders <!channel> answer 500[\s\S]*Open the card/);
    await person('ada').command('general', `/failure show ${id}`);
    expect(JSON.stringify(person('ada').ephemerals().at(-1))).toContain(`${base}/f/${id}`);
  });

  it('shows nothing of one that is not known, or is somebody else’s', async () => {
    const id = await shown();
    for (const url of [`${base}/f/F-000000`, `${base}/f/../f`, `${base}/x/${id}`, `http://example.com/f/${id}`]) {
      expect(await post('ada', 'general', url)).toEqual([]);
    }
  });

  it('shows nothing where other organizations read', async () => {
    const id = await shown();
    await person('mei').command('platform', '/share');
    expect(await post('mei', 'platform', `${base}/f/${id}`)).toEqual([]);
  });

  it('of one whose card is in a private channel shows something only there', async () => {
    const id = await shown('vault');
    expect(world.posts('security', id)).not.toEqual([]);
    expect(await post('grace', 'general', `${base}/f/${id}`)).toEqual([]);
    expect(await post('grace', 'security', `${base}/f/${id}`)).toHaveLength(1);
  });

  it('is refused by Slack for what is not in the message', async () => {
    const id = await shown();
    const { channel, ts } = person('ada').post('general', `${base}/f/${id}`);
    const unfurl = async (body: object) => {
      const answer = await fetch(`${world.slack.apiUrl}chat.unfurl`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.slack.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return ((await answer.json()) as { error?: string }).error;
    };
    const blocks = [{ type: 'divider' }];
    expect(await unfurl({ channel, ts })).toBe('missing_unfurls');
    expect(await unfurl({ channel, ts, unfurls: [] })).toBe('invalid_unfurls_format');
    expect(await unfurl({ channel, unfurls: { x: { blocks } } })).toBe('missing_ts');
    expect(await unfurl({ channel, ts, unfurls: { [`${base}/f/F-000000`]: { blocks } } })).toBe('cannot_unfurl_url');
    expect(await unfurl({ channel, ts: '1.1', unfurls: { [`${base}/f/${id}`]: { blocks } } })).toBe(
      'cannot_find_message',
    );
    const bad = { blocks: [{ type: 'section' }] };
    expect(await unfurl({ channel, ts, unfurls: { [`${base}/f/${id}`]: bad } })).toBe('invalid_blocks');
  });
});

describe('the address of a link', () => {
  const get = async (rawPath: string, method = 'GET') => {
    const { botToken, apiUrl, signingSecret } = world.slack;
    const handle = slackHandler(world, { botToken, apiUrl, signingSecret });
    const answer = await handle({ rawPath, requestContext: { http: { method } } }, { awsRequestId: 'request-1' });
    if (typeof answer === 'string') throw new Error('not structured');
    return answer;
  };

  it('leads to the card, and says nothing else', async () => {
    const id = await shown();
    const answer = await get(`/f/${id.toLowerCase()}`);
    expect(answer).toMatchObject({ statusCode: 302, body: '', headers: { 'cache-control': 'no-store' } });
    expect(answer.headers?.location).toContain('/archives/');
    expect(JSON.stringify(answer)).not.toContain('Orders');
  });

  it('of one without a card looks like that of none', async () => {
    const id = await world.signal({ severity: 1, summary: 'A trifle' });
    const [without, unknown] = [await get(`/f/${id}`), await get('/f/F-000000')];
    expect(without).toMatchObject({ statusCode: 404 });
    expect(without.body?.replaceAll(id, '')).toBe(unknown.body?.replaceAll('F-000000', ''));
  });

  it('is no way around the signature', async () => {
    const id = await shown();
    expect(await get(`/f/${id}`, 'POST')).toMatchObject({ statusCode: 401 });
    for (const path of ['/', '/slack/events', '/f/', '/f/F-12345', '/f/%3Cscript%3E', `/f/${id}/x`]) {
      expect(await get(path)).toMatchObject({ statusCode: 401 });
    }
  });
});
