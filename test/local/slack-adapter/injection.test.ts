import { afterAll, beforeAll, expect, it } from 'vitest';
import { shortcuts } from '../../../lib/adapters/slack/action-ids.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import { hostileTexts } from './hostile-texts.ts';
import { planOf, recoveryDesk } from './recovery-desk.ts';
import { freshWord, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const texts = hostileTexts();
const linus = () => world.slack.act('linus');

/** Ours: dates, people and groups that exist, links to our own cards and commands. */
const ours = [
  /^!date\^\d+\^[^<>|]*\|[^<>|]*$/u,
  /^@U[A-Z0-9]+$/u,
  /^!subteam\^S[A-Z0-9]+$/u,
  /^#C[A-Z0-9]+$/u,
  /^http:\/\/127\.0\.0\.1:\d+\/archives\/[^<>|]*\|[^<>]*$/u,
];

/** Every control form of mrkdwn, and every rich element that rings or links, that is not ours. */
function strangers(part: unknown, known: ReadonlySet<string>, found: string[] = []): string[] {
  if (Array.isArray(part)) for (const one of part) strangers(one, known, found);
  if (part === null || typeof part !== 'object' || Array.isArray(part)) return found;
  const node = part as Record<string, unknown>;
  const isMrkdwn = node.type === 'mrkdwn' || !('type' in node) || node.type === 'message';
  if (typeof node.text === 'string' && isMrkdwn) {
    for (const [, token = ''] of node.text.matchAll(/<([^<>]*)>/gu)) {
      const isOurs = ours.some((form) => form.test(token)) && !/evil/u.test(token);
      if (!isOurs || (token.startsWith('@') && !known.has(token.slice(1)))) found.push(`<${token}>`);
    }
    if (/<(?![@!#h])|<!(?!date\^|subteam\^)/u.test(node.text)) found.push(node.text.slice(0, 80));
  }
  if (node.type === 'broadcast' || node.type === 'emoji_injected') found.push(String(node.type));
  if (node.type === 'user' && !known.has(String(node.user_id))) found.push(String(node.user_id));
  if (node.type === 'link' && !/^http:\/\/127\.0\.0\.1:\d+\/archives\//u.test(String(node.url)))
    found.push(String(node.url));
  for (const [name, one] of Object.entries(node))
    if (name !== 'text' || typeof one !== 'string') strangers(one, known, found);
  return found;
}

/** Marks that make a line be read in another order than it was written. */
const turning = /.{0,40}[\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

function expectHarmless(what: string, sent: unknown): void {
  const known = new Set(Object.values(world.slack.users).map(({ id }) => id));
  expect({ what, found: strangers(sent, known) }).toEqual({ what, found: [] });
  expect({ what, turned: JSON.stringify(sent).match(turning)?.[0] }).toEqual({ what, turned: undefined });
}

it('has 200 of them, each of which would be noticed', () => {
  expect(new Set(texts).size).toBe(200);
  const known = new Set<string>();
  for (const text of texts.filter((one) => /<[!@#h]/u.test(one))) {
    expect(strangers({ blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] }, known)).not.toEqual([]);
  }
  expect(strangers([{ type: 'broadcast', range: 'channel' }], known)).not.toEqual([]);
});

it('none in a signal rings, links or breaks anything on a card, in its thread, in a list or a report', async () => {
  const component = freshWord();
  const ids: FailureId[] = [];
  for (const [index, text] of texts.entries()) {
    const word = freshWord();
    const id = await world.signal({
      component,
      summary: `${text} ${word}`.slice(0, 100_000),
      details: text,
      error: { type: text.slice(0, 190), message: `${word} ${text}`, stack: text },
      impact: text,
      attemptedFixes: [{ what: text, result: text }],
      labels: { label: text.slice(0, 190) },
      state: { workaround: text },
    });
    ids.push(id);
    // In batches, as a storm would come.
    if (index % 20 === 19) await world.run();
  }
  await world.run();
  const posted = world.slack.messages('failures');
  for (const id of ids) expect(JSON.stringify(posted)).toContain(id);
  expectHarmless('cards', posted);
  for (const id of ids.filter((_, index) => index % 5 === 0)) {
    await linus().command('general', `/failure show ${id}`);
    expectHarmless(`show ${id}`, linus().ephemerals().at(-1));
    await linus().command('general', `/failure export ${id}`);
    expectHarmless(`export ${id}`, linus().ephemerals().slice(-3));
  }
  await linus().command('general', `/failure list component:${component}`);
  for (let page = 0; page < 20; page++) {
    const list = linus().ephemerals().at(-1) ?? expect.fail('no list');
    expectHarmless(`list, page ${page}`, list);
    if (!JSON.stringify(list).includes('Next page')) break;
    await linus().click(list, 'Next page');
  }
  await linus().openHome();
  expectHarmless('home', linus().home());
}, 120_000);

it('none that somebody types rings, links or breaks anything', async () => {
  for (const text of texts.filter((_, index) => index % 4 === 0)) {
    const id = await world.signal({});
    await world.run();
    const [card] = world.posts('shop', id);
    if (!card) throw new Error('no card');
    await linus().click(card, 'More…');
    await linus().click('modal', 'Re-grade…');
    expectHarmless('re-grade form', linus().modals());
    const reason = Array.from(text).slice(0, 500).join('');
    await linus().submit({ level: '2', reason });
    if (linus().modals().length > 0) await linus().closeModal({ all: true });
    await world.run();
    expectHarmless('card', world.posts('shop', id));
    expectHarmless('thread', linus().thread(card));
    await linus().command('general', `/failure ${text.replaceAll('\u0000', '')}`);
    expectHarmless(`/failure ${text.slice(0, 40)}`, linus().ephemerals().at(-1));
  }
}, 120_000);

it('none that a runner prints does, in a run’s steps, its output, its table and its end', async () => {
  const desk = recoveryDesk(world);
  const cut = (text: string, max: number) => Array.from(text).slice(0, max).join('') || 'x';
  for (const text of texts.filter((_, index) => index % 6 === 0)) {
    const id = await world.signal({});
    await world.run();
    const [card] = world.posts('shop', id);
    if (!card) throw new Error('no card');
    await linus().click(card, 'Rollback & retry');
    await desk.settle();
    const items = [{ what: cut(text, 190), change: 'restore' as const }];
    await desk.ready(id, { ...planOf(cut(text, 190)), items });
    await desk.settle();
    const step = { name: cut(text, 60), state: 'failed' as const, detail: cut(text, 190), outputTail: cut(text, 900) };
    await desk.say(id, { kind: 'step', step });
    await desk.say(id, {
      kind: 'result',
      ok: false,
      reason: cut(text, 290),
      refs: [cut(text, 190)],
      table: { columns: [cut(text, 60)], rows: [[cut(text, 60)]] },
      failedChange: { ref: cut(text, 190), files: 1, linesAdded: 1, linesRemoved: 1, paths: [cut(text, 190)] },
    });
    await desk.settle();
    const thread = linus().thread(card);
    expect(JSON.stringify(thread)).toContain('"table"');
    expectHarmless(`run of ${text.slice(0, 20)}`, thread);
    expectHarmless('its card', world.posts('shop', id));
  }
}, 120_000);

it('none in a message that is reported does, in the form and on the card', async () => {
  for (const text of texts.filter((_, index) => index % 9 === 0)) {
    const said = linus().post('shop', `${freshWord()} ${text}`.slice(0, 3000));
    await linus().messageShortcut(shortcuts.reportMessage, said);
    expectHarmless(`form of ${text.slice(0, 20)}`, linus().modals());
    await linus().submit({ component: 'shop', level: '2' });
    const id = /F-[0-9A-Z]{6}/.exec(JSON.stringify(linus().modals()))?.[0] as FailureId;
    await linus().closeModal({ all: true });
    await world.run();
    expectHarmless('its card', world.posts('shop', id));
  }
}, 120_000);

it('none in a work item or a gate rings, links or breaks anything', async () => {
  const component = freshWord();
  for (const text of texts.filter((_, index) => index % 7 === 0)) {
    const title = Array.from(text).slice(0, 250).join('') || 'x';
    await addWork(world, {
      id: WorkItemId.parse(`job-${freshWord()}`),
      kind: 'task',
      title,
      component,
      priority: 300,
      by: 'test',
    });
    const since = world.now().toISOString();
    await shutGate(world, {
      scope: freshWord(),
      id: 'F-1#1',
      mode: 'stop',
      reason: title,
      opens: title,
      by: 'system:protocol',
      since,
    });
  }
  await linus().command('general', `/failure queue ${component}`);
  expectHarmless('queue', linus().ephemerals().at(-1));
  await linus().command('general', '/failure gate');
  expectHarmless('gates', linus().ephemerals().at(-1));
});

it('a card in its worst case keeps to 30 blocks and 6,000 characters', async () => {
  const long = 'W <!channel> & "quoted" '.repeat(400);
  const id = await world.signal({
    summary: `${freshWord()} ${long}`,
    details: long,
    error: { type: long.slice(0, 190), message: `You've hit your session limit ${long}`, stack: long },
    impact: long,
    state: { system: 'down', workaround: long },
    git: { branch: 'x'.repeat(250), head: 'a'.repeat(40), dirty: true },
    environment: 'production',
    severity: 5,
    customerImpacting: true,
  });
  await world.run();
  const [card] = world.posts('shop', id);
  const sent = JSON.stringify(card?.blocks);
  expect(sent).toContain('Known pattern');
  expect(sent).toContain('Prevention');
  expect(card?.blocks?.length).toBeLessThanOrEqual(30);
  expect(
    Array.from(sent.replace(/"(?:action_id|value|block_id)":"(?:[^"\\\\]|\\\\.)*"/gu, '')).length,
  ).toBeLessThanOrEqual(6000);
});

it('none that a failure taught does, on a checklist', async () => {
  const grace = world.slack.act('grace');
  for (let from = 0; from < texts.length; from += 8) {
    const component = freshWord();
    for (const [index, text] of texts.slice(from, from + 8).entries()) {
      const failureId = 'F-7K3Q9D' as FailureId;
      const at = '2026-11-01T00:00:00.000Z';
      await world.checklists.keepLesson({
        schema: 1,
        component,
        key: `cause#${index}`,
        texts: [text.slice(0, 300)],
        failureId,
        at,
      });
    }
    for (const wish of ['', ' --public']) {
      await grace.command('general', `/failure checklist ${component}${wish}`);
      const shown = grace.channel('general').at(-1);
      expect(JSON.stringify(shown)).toContain('Checklist 1 of');
      expectHarmless(`checklist ${from}`, shown);
    }
  }
});
