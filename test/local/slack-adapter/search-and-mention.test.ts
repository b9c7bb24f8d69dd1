import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { qdrantFailureMemory } from '../../../lib/adapters/qdrant/failure-memory.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { learnFailure } from '../../../lib/pattern/learn-failure.ts';
import type { FailureMemory, FailureSearch } from '../../../lib/ports.ts';
import { startQdrant } from '../../../local/qdrant/start-qdrant.ts';
import { sampleEvents, signed } from '../../play-event.ts';
import { ours, sampleTable, secret } from './sample-table.ts';
import { freshWord, startWorld, type World } from './world.ts';

let world: World;
let qdrant: Awaited<ReturnType<typeof startQdrant>>;
let memory: FailureMemory & FailureSearch;
let isDown = false;
beforeAll(async () => {
  qdrant = await startQdrant({ port: 0 });
  memory = qdrantFailureMemory({ url: qdrant.url }, () => new Date());
  const propose: FailureSearch['propose'] = (query) =>
    isDown ? Promise.reject(new Error('fetch failed')) : memory.propose(query);
  world = await startWorld({ search: { propose } });
  for (const channel of ['shop', 'general', 'platform']) await person('ada').command(channel, '/invite @kintsugi');
});
afterAll(async () => {
  await world.close();
  await qdrant.close();
});

const person = (name: string) => world.slack.act(name);
const answer = () => person('ada').ephemerals().at(-1);
const said = () => JSON.stringify(answer() ?? {});

/** A failure that memory has learned and that has its card. */
async function learned(summary: string, component = 'shop'): Promise<FailureId> {
  const id = await world.signal({ summary, component });
  await world.run(30);
  await memory.remember(await world.failure(id));
  return id;
}

async function asked(channel: string, text: string, name = 'ada') {
  const question = person(name).post(channel, text);
  await world.slack.settled();
  const replies = person(name).thread(question).slice(1);
  return { replies, words: JSON.stringify(replies.map(({ blocks, text: plain }) => [plain, blocks])), question };
}

describe('/failure search', () => {
  it('finds by words and by spelling, says why, and links to the card', async () => {
    const word = freshWord();
    const id = await learned(`The ${word} queue <!channel> overflows`);
    await person('ada').command('general', `/failure search ${word.slice(0, -1)} overflows`);
    expect(said()).toContain(id);
    expect(said()).toMatch(/It says “overflows”/);
    expect(said()).toContain(`“${word}” is spelt like “${word.slice(0, -1)}”`);
    expect(said()).toContain('Open the card');
    // It stands in rich text, where nothing is parsed.
    expect(JSON.stringify(answer()?.blocks?.filter((block) => block.type !== 'rich_text'))).not.toContain('<!channel>');
    await person('ada').command('general', `/failure search ${word} component:basket`);
    expect(said()).toContain('Nothing was found');
    await person('ada').command('general', `/failure search ${word} component:shpo`);
    expect(said()).toContain('is it spelt right?');
  });

  it('goes forward and back through its pages', async () => {
    const word = freshWord();
    const ids = new Set<string>();
    for (let each = 0; each < 7; each++) ids.add(await learned(`${word} of ${freshWord()} is gone`));
    await person('ada').command('general', `/failure search ${word}`);
    const shown = () => [...new Set(said().match(/F-[0-9A-Z]{6}(?=","style)/g))];
    const first = shown();
    expect(first).toHaveLength(5);
    await person('ada').click(answer() as never, 'More');
    const second = shown();
    expect(new Set([...first, ...second])).toEqual(ids);
    expect(second).toHaveLength(2);
    await person('ada').click(answer() as never, 'Back');
    expect(shown()).toEqual(first);
  });

  it('says that memory is away, and what the list itself holds', async () => {
    const word = freshWord();
    const id = await world.signal({ summary: `${word} does not start` });
    isDown = true;
    await person('ada').command('general', `/failure search ${word}`);
    isDown = false;
    expect(said()).toContain('memory of past failures does not answer');
    expect(said()).toContain(id);
  });
});

describe('a question to @kintsugi', () => {
  it('is answered once in the thread with what was understood and found, and rings nobody', async () => {
    const word = freshWord();
    const id = await learned(`The ${word} till hangs`);
    await person('ada').click(world.posts('shop', id)[0] as never, 'Acknowledge');
    const { replies, words } = await asked('general', `@kintsugi did ${word} break in Shop today?`);
    expect(replies).toHaveLength(1);
    expect(words).toContain('component *Shop*, *today*');
    expect(words).toContain(id);
    expect(words).not.toContain(`"user_id"`);
    expect(words).not.toMatch(/<@U/);
    expect(words).not.toContain('"actions"');
  });

  it('without words is answered with a list', async () => {
    const id = await learned(`Something of ${freshWord()} broke`, 'basket');
    const { words } = await asked('shop', `@kintsugi what is broken in basket?`);
    expect(words).toContain('*open*');
    expect(words).toContain(id);
    const { words: help } = await asked('shop', `@kintsugi hi`);
    expect(help).toContain('Ask me what broke');
  });

  it('does not name in a public channel what has its card in a private one', async () => {
    await person('grace').command('security', '/invite @kintsugi');
    const word = freshWord();
    const id = await learned(`The ${word} seal is broken`, 'vault');
    const { words } = await asked('general', `@kintsugi anything about ${word}?`);
    expect(words).not.toContain(id);
    expect(words).not.toContain('seal');
    expect(words).toContain('private channel');
    const inside = await asked('security', `@kintsugi anything about ${word}?`, 'grace');
    expect(inside.words).toContain(id);
  });

  it('and a card names as most like it only what all its readers may read', async () => {
    await person('grace').command('security', '/invite @kintsugi');
    const word = freshWord();
    const hidden = await learned(`The ${word} key of the vault was stolen`, 'vault');
    const open = await learned(`The ${word} key of the basket was stolen`, 'basket');
    const id = await world.signal({ summary: `The ${word} key was stolen` });
    await world.run(30);
    await learnFailure({ ...world, memory }, id);
    await world.run(90);
    const { similar } = await world.failure(id);
    expect(new Set(similar.map(({ failureId }) => failureId))).toEqual(new Set([hidden, open]));
    const said = JSON.stringify(world.posts('shop', id)[0]);
    expect(said).toContain(`The ${word} key of the basket`);
    expect(said).toContain(open);
    expect(said).not.toContain('of the vault');
    // Where the hidden one stands, both are named.
    const inside = await world.signal({ summary: `Another ${word} key was stolen`, component: 'vault' });
    await world.failures.saveSimilar(inside, similar);
    await world.run(90);
    const words = JSON.stringify(world.posts('security', inside)[0]);
    expect(words).toContain(hidden);
    expect(words).toContain(open);
  });

  it('is answered once, however often it is delivered and whichever attempt died; bots never are', async () => {
    const question = person('ada').post('general', 'what broke?');
    const [sample] = sampleEvents('events/slack').filter(({ name }) => name === 'event-app-mention.json');
    const body = JSON.parse(ours(world, sample?.sample.event ?? {}).body ?? '');
    const deliver = async (handle: Awaited<ReturnType<typeof sampleTable>>, attempt: string, over = {}) => {
      const event = { ...body.event, channel: question.channel, ts: question.ts, ...over };
      const text = JSON.stringify({ ...body, event_time: Math.floor(world.clock.now / 1000), event });
      const request = { headers: { 'content-type': 'application/json' }, body: text };
      const answer = await handle.handle(signed(request, { secret, now: handle.now }), { awsRequestId: attempt });
      expect(answer).toMatchObject({ statusCode: 200 });
    };
    const table = await sampleTable(world);
    const bot = { user: undefined, bot_id: 'B0OTHER' };
    await deliver(table, 'request-0', bot);
    await deliver(table, 'request-0', { user: 'U0BOT' });
    const answers = () => person('ada').thread(question).slice(1);
    // Bolt answers an event before it is handled.
    await setTimeout(50);
    expect(answers()).toHaveLength(0);
    await Promise.all([deliver(table, 'request-1'), deliver(table, 'request-2')]);
    await expect.poll(() => answers().length).toBe(1);
    // The turn of the first attempt is over by now.
    await deliver(await sampleTable(world), 'request-3');
    await setTimeout(50);
    expect(answers()).toHaveLength(1);
    expect(JSON.stringify(answers())).toContain('component *Shop*, *yesterday*');
  });

  it('is answered although Slack is in no hurry, and by a direct message where the thread cannot be had', async () => {
    world.slack.faults.add({ kind: 'rate_limited', method: 'chat.postMessage', retryAfterSeconds: 1, times: 1 });
    expect((await asked('general', '@kintsugi hi')).replies).toHaveLength(1);
    world.slack.faults.add({
      kind: 'platform_error',
      method: 'chat.postMessage',
      error: 'restricted_action',
      times: 1,
    });
    expect((await asked('general', '@kintsugi hi')).replies).toHaveLength(0);
    const direct = person('ada')
      .screen()
      .messages.filter(({ channel }) => channel.startsWith('D'));
    expect(JSON.stringify(direct)).toContain('did not let me answer');
  });

  it('is told nothing where people of other organizations read', async () => {
    const word = freshWord();
    const id = await learned(`The ${word} mill stands`);
    await person('mei').command('platform', '/share');
    const { words, replies } = await asked('platform', `@kintsugi ${word}?`, 'mei');
    expect(replies).toHaveLength(1);
    expect(words).not.toContain(id);
    expect(words).not.toContain(word);
    expect(words).toContain('other organizations');
  });
});
