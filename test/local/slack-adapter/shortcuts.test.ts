import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shortcuts } from '../../../lib/adapters/slack/action-ids.ts';
import { reportFromMessage } from '../../../lib/adapters/slack/listeners/report-message.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { freshWord, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  for (const name of ['ada', 'grace']) {
    while (person(name).modals().length > 0) await person(name).closeModal({ all: true });
  }
});

const person = (name: string) => world.slack.act(name);
const modal = (name: string) => JSON.stringify(person(name).modals().at(-1)?.view ?? {});
const idIn = (text: string) => (/F-[0-9A-Z]{6}/.exec(text)?.[0] ?? expect.fail(`no id in ${text}`)) as FailureId;
/** What stands in a field of the form on top. */
const field = (name: string, of: string) => {
  const blocks = (person(name).modals().at(-1)?.view.blocks ?? []) as { block_id: string; element?: object }[];
  const element = blocks.find(({ block_id }) => block_id === of)?.element;
  return (element as { initial_value?: string } | undefined)?.initial_value;
};
const report = (name: string, message: { channel: string; ts: string }) =>
  person(name).messageShortcut(shortcuts.reportMessage, message);
const shop = () => world.slack.messages('shop');
const replies = (ts: string) => shop().filter(({ threadTs }) => threadTs === ts);

describe('Report as failure, on a message', () => {
  it('opens the form with its words, files it once, links it, and tells its thread once, to the end', async () => {
    const word = freshWord();
    const said = person('grace').post('shop', `The till <eats> ${word} & more\nsince this morning`);
    expect(await report('ada', said)).toEqual({ ok: true });
    expect(field('ada', 'summary')).toBe(`The till <eats> ${word} & more`);
    expect(field('ada', 'details')).toBe(`The till <eats> ${word} & more\nsince this morning`);
    expect(modal('ada')).toContain(`<@${person('grace').id}>`);

    const filling = { component: 'shop', level: '3' };
    const both = await Promise.all([person('ada').submit(filling), person('ada').submit(filling)]);
    expect(both).toEqual([{ ok: true }, { ok: true }]);
    const id = idIn(modal('ada'));
    const { report: filed, reportedIn } = await world.failure(id);
    expect(filed).toMatchObject({ reportedBy: person('ada').id, links: [{ title: 'Message by grace' }] });
    expect(filed.links?.[0]?.url).toContain(`/archives/${said.channel}/p${said.ts.replace('.', '')}`);
    expect(reportedIn).toEqual([{ channel: said.channel, ts: said.ts, episode: 1 }]);

    await world.run();
    await world.notify(id);
    expect(replies(said.ts)).toHaveLength(1);
    expect(JSON.stringify(replies(said.ts)[0])).toMatch(/Major failure in Shop · open[\s\S]*Open the card/);
    const [card] = world.posts('shop', id).filter(({ threadTs }) => !threadTs);
    if (!card) throw new Error('no card');
    await person('ada').click(card, 'Resolve…');
    await person('ada').submit({});
    await world.run(5);
    expect(replies(said.ts)).toHaveLength(1);
    expect(JSON.stringify(replies(said.ts)[0])).toContain('· resolved');
  });

  it('tells every thread in which the same failure was reported, also of a reply', async () => {
    const words = `Nobody can pay: ${freshWord()}`;
    const first = person('grace').post('shop', words);
    const other = person('linus').post('shop', 'Something is odd');
    const reply = person('linus').post('shop', words, { threadTs: other.ts });
    for (const [name, message] of [
      ['ada', first],
      ['grace', reply],
    ] as const) {
      world.clock.now += 1000;
      await report(name, message);
      await person(name).submit({ component: 'shop', level: '3' });
    }
    const id = idIn(modal('grace'));
    expect(modal('grace')).toContain('is known already');
    await world.run(5);
    expect(replies(first.ts)).toHaveLength(1);
    expect(replies(other.ts).filter(({ botId }) => botId !== undefined)).toHaveLength(1);
    expect((await world.failure(id)).reportedIn).toHaveLength(2);
  });

  it('takes the words of a private channel over only for their author', async () => {
    const said = person('grace').post('security', `Our keys leak: ${freshWord()}`);
    await report('omar', said);
    expect(field('omar', 'summary')).toBeUndefined();
    expect(modal('omar')).not.toContain('Our keys leak');
    expect(modal('omar')).toContain('Not everybody can read this conversation');
    await person('omar').closeModal();

    await report('grace', said);
    expect(field('grace', 'summary')).toContain('Our keys leak');
    await person('grace').submit({ component: 'shop', level: '3' });
    await world.run(5);
    // The app is not in there: it says nothing.
    expect(world.slack.messages('security').filter(({ botId }) => botId !== undefined)).toEqual([]);
    expect(world.posts('shop', idIn(modal('grace')))).not.toEqual([]);
  });

  it('neither takes words over nor says anything where other organizations read', async () => {
    await person('mei').command('platform', '/share');
    const said = person('mei').post('platform', `Queue ${freshWord()} is stuck`);
    await report('ada', said);
    expect(field('ada', 'summary')).toBeUndefined();
    expect(modal('ada')).toContain('People of other organizations');
    await report('mei', said);
    expect(field('mei', 'summary')).toContain('is stuck');
    await person('mei').submit({ component: 'shop', level: '3' });
    await world.run(5);
    expect(world.slack.messages('platform').filter(({ threadTs }) => threadTs === said.ts)).toEqual([]);
  });

  it('joins the public channel whose thread it tells', async () => {
    const said = person('mei').post('general', `Nothing prints: ${freshWord()}`);
    await report('ada', said);
    await person('ada').submit({ component: 'shop', level: '2' });
    await world.run(5);
    const inThread = world.slack.messages('general').filter(({ threadTs }) => threadTs === said.ts);
    expect(inThread.map(({ text }) => text)).toEqual([expect.stringContaining('Minor failure in Shop')]);
  });

  it('on a card or its thread shows the failure that it is about', async () => {
    const id = await world.signal({ summary: `Just like F-000000: ${freshWord()}` });
    await world.notify(id);
    const [card] = world.posts('shop', id);
    if (!card) throw new Error('no card');
    await person('grace').click(card, 'Acknowledge');
    await world.run();
    const [reply] = replies(card.ts);
    for (const message of [card, reply ?? card]) {
      await report('ada', message);
      expect(person('ada').modals()).toEqual([]);
      expect(person('ada').ephemerals().at(-1)?.text).toContain(id);
    }
    // Where Slack leaves the metadata out.
    const { channel } = card;
    const bare = { ts: card.ts, text: card.text, app_id: 'A1' };
    const answer = await reportFromMessage(
      world,
      { message: bare, channel: { id: channel, name: '' }, ownApp: 'A1' },
      '',
    );
    expect(JSON.stringify(answer)).toContain(`(${id}, acknowledged)`);
  });

  it('leaves nothing out silently: what is too long is said, and an empty message, too', async () => {
    const long = person('grace').post('shop', `${freshWord()} ${'failed '.repeat(600)}`);
    await report('ada', long);
    expect(Array.from(field('ada', 'details') ?? '')).toHaveLength(3000);
    expect(modal('ada')).toContain('It is longer than what fits here');
    const answer = await reportFromMessage(
      world,
      { message: { ts: '1.1', user: person('ada').id }, channel: { id: 'C1', name: 'x' }, ownApp: 'A1' },
      person('ada').id,
    );
    expect(JSON.stringify(answer)).toContain('no text to take over');
  });

  it('of a deleted message, or of one of ours about no failure, says so', async () => {
    const at = { channel: { id: 'C1', name: 'x' }, ownApp: 'A1' };
    const of = (message: object) => reportFromMessage(world, { ...at, message: { ts: '1.1', ...message } }, 'U0ADA');
    expect(await of({ subtype: 'tombstone', text: 'This message was deleted.' })).toMatchObject({
      text: expect.stringContaining('was deleted'),
    });
    expect(await of({ app_id: 'A1', bot_id: 'B1', text: 'Work queue' })).toMatchObject({
      text: expect.stringContaining('about no single failure'),
    });
  });

  it('keeps what was typed when the table is away, and the thread is told after the next try', async () => {
    const said = person('grace').post('shop', `The till eats ${freshWord()}`);
    await report('ada', said);
    const { saveState } = world.stores.failures;
    world.stores.failures.saveState = () => Promise.reject(new Error('the table is away'));
    world.failures.saveState = world.stores.failures.saveState;
    const failed = await person('ada').submit({ component: 'shop', level: '3' });
    world.stores.failures.saveState = saveState;
    world.failures.saveState = saveState;
    expect(JSON.stringify(failed.errors)).toContain('Something broke on our side');
    expect(await person('ada').submit({ component: 'shop', level: '3' })).toEqual({ ok: true });
    const id = idIn(modal('ada'));
    await world.run(5);
    expect(replies(said.ts)).toHaveLength(1);
    expect(await world.failures.get(id)).toMatchObject({ failure: { reportedIn: [{ ts: said.ts }] } });
  });
});

describe('the shortcut from anywhere', () => {
  it('opens the empty form, which files', async () => {
    expect(await person('ada').shortcut(shortcuts.report)).toEqual({ ok: true });
    await person('ada').submit({ component: 'shop', summary: `It stopped: ${freshWord()}`, level: '2' });
    expect(await world.failure(idIn(modal('ada')))).toMatchObject({ report: { reportedBy: person('ada').id } });
  });

  it('says in a direct message that Slack did not open it', async () => {
    world.slack.faults.add({ kind: 'platform_error', method: 'views.open', error: 'expired_trigger_id' });
    const before = world.lines.length;
    await person('ada').shortcut(shortcuts.report);
    world.slack.faults.clear();
    expect(world.lines.slice(before).join('\n')).not.toContain('no way to answer');
    const direct = person('ada')
      .screen()
      .messages.filter(({ channel }) => channel.startsWith('D'));
    expect(direct.at(-1)?.text).toContain('Try it once more');
  });
});
