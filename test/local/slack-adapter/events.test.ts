import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAction } from '../../../lib/adapters/slack/action-ids.ts';
import type { SlackRequest } from '../../../lib/adapters/slack/receive.ts';
import { notifyBatch } from '../../../lib/adapters/sqs/notify-batch.ts';
import { fillIn, sampleEvents, signed } from '../../play-event.ts';
import { failureId, ours, sampleTable, secret } from './sample-table.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const table = (secrets?: string) => sampleTable(world, secrets);
const played = (event: SlackRequest, now: number) => fillIn(ours(world, event), { secret, now });
const context = { awsRequestId: 'request-1' };

describe('every sample from Slack', () => {
  for (const { name, sample } of sampleEvents('events/slack')) {
    it(`${name}: ${sample.about}`, async () => {
      const { handle, now, lines, stored } = await table();
      const before = await stored();
      const answer = await handle(played(sample.event, now), context);
      if (typeof answer === 'string') throw new Error('not structured');
      const { statusCode, body, ...changed } = sample.expect;
      expect({ statusCode: answer.statusCode, lines }).toMatchObject({ statusCode });
      if (body === '') expect(answer.body).toBe('');
      else if (body) expect(answer.body).toContain(body);
      // What it says changes, and nothing else does.
      expect(await stored()).toEqual({ ...before, ...changed });
    });
  }

  it('is refused over a megabyte, before its signature is looked at', async () => {
    const { handle, now } = await table();
    const event = signed(
      { headers: { 'content-type': 'application/json' }, body: 'x'.repeat(1024 * 1024 + 1) },
      { secret, now },
    );
    expect(await handle(event, context)).toMatchObject({ statusCode: 413 });
  });

  it('is refused without headers or body, and never thrown about', async () => {
    const { handle } = await table();
    for (const event of [
      {},
      { headers: null, body: null },
      { headers: {}, body: undefined as never },
      { body: '%%%', isBase64Encoded: true },
    ]) {
      expect(await handle(event, context)).toMatchObject({ statusCode: 401 });
    }
  });

  it('passes with either secret while the secret is rotated', async () => {
    const { handle, now } = await table(`a-newer-secret,${secret}`);
    const help = sampleEvents('events/slack').find(({ name }) => name === 'command-help.json')?.sample.event ?? {};
    expect(await handle(fillIn(help, { secret, now }), context)).toMatchObject({ statusCode: 200 });
    expect(await handle(fillIn(help, { secret: 'a-newer-secret', now }), context)).toMatchObject({ statusCode: 200 });
    expect(await handle(fillIn(help, { secret: 'a-third-secret', now }), context)).toMatchObject({ statusCode: 401 });
  });

  it('changes nothing the second time', async () => {
    for (const { name, sample } of sampleEvents('events/slack')) {
      const { handle, now, stored } = await table();
      await handle(played(sample.event, now), context);
      const before = await stored();
      await handle(played(sample.event, now), context);
      expect({ name, ...(await stored()) }).toEqual({ name, ...before });
    }
  });

  it('writes no token, signature, body or response_url into the log', async () => {
    const { handle, now, lines } = await table();
    for (const { sample } of sampleEvents('events/slack')) await handle(played(sample.event, now), context);
    expect(lines.length).toBeGreaterThan(5);
    for (const leak of ['xoxb', 'v0=', 'hooks.example', 'Zahlung', secret])
      expect(lines.join('\n')).not.toContain(leak);
  });
});

describe('every sample of a notify hint', () => {
  for (const { name, sample } of sampleEvents('events/notify')) {
    it(`${name}: ${sample.about}`, async () => {
      const { ports } = await table();
      // The channel has room again.
      world.clock.now += 60_000;
      const before = world.posts('shop', failureId).length;
      const rejected: string[] = [];
      const notify = {
        ...ports,
        board: world.board(),
        now: world.now,
        onPoison: async (_record: unknown, poison: { reason: string }) => void rejected.push(poison.reason),
      };
      expect(await notifyBatch(notify, sample.event as unknown as SQSEvent)).toEqual({ batchItemFailures: [] });
      expect({ cards: world.posts('shop', failureId).length - before, rejected }).toEqual(sample.expect);
    });
  }
});

describe('another workspace that has the app, too', () => {
  const form = (fields: Record<string, string>) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });

  // Guards against a second installation of the same app reading what is not its own.
  it('is shown nothing by a command, in private', async () => {
    const { handle, now } = await table();
    const command = { command: '/failure', text: 'list', user_id: 'U0OUTSIDER', is_enterprise_install: 'false' };
    const asked = async (team_id: string) => {
      const answer = await handle(signed(form({ ...command, team_id }), { secret, now }), context);
      return JSON.parse(typeof answer === 'string' ? '{}' : (answer.body ?? '{}'));
    };
    expect(await asked('T0OTHER')).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('Only members'),
    });
    expect(await asked(world.slack.teamId)).toMatchObject({
      response_type: 'ephemeral',
      text: expect.not.stringContaining('Only members'),
    });
  });

  it('changes nothing with a click, and neither does a person who is of no workspace', async () => {
    const { handle, now, stores } = await table();
    const { action_id, value } = encodeAction({ do: 'acknowledge', failureId, episode: 1, from: { place: 'card' } });
    const click = (team: string | null, team_id?: string) => {
      const actions = [{ type: 'button', block_id: 'b', action_id, value }];
      const payload = { type: 'block_actions', team: team && { id: team }, user: { id: 'U0ADA', team_id }, actions };
      return handle(signed(form({ payload: JSON.stringify(payload) }), { secret, now }), context);
    };
    const status = async () => (await stores.failures.get(failureId))?.failure.status;
    await click('T0OTHER', 'T0OTHER');
    await click(null, world.slack.teamId);
    await click(world.slack.teamId);
    await click(world.slack.teamId, 'T0OTHER');
    expect(await status()).toBe('open');
    await click(world.slack.teamId, world.slack.teamId);
    expect(await status()).toBe('acknowledged');
  });
});
