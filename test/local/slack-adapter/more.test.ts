import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { planOf, recoveryDesk } from './recovery-desk.ts';
import { startWorld, policy as usual, type World } from './world.ts';

const policy = Policy.parse({
  ...usual,
  channels: { default: '#failures', emergency: ['#platform', '#nowhere'] },
  recovery: { mayStart: ['@shop-team'] },
});

let world: World;
let desk: ReturnType<typeof recoveryDesk>;
beforeAll(async () => {
  world = await startWorld({ policy });
  desk = recoveryDesk(world);
});
afterAll(() => world.close());

const linus = () => world.slack.act('linus');
const modal = (name = 'linus') => JSON.stringify(world.slack.act(name).modals().at(-1) ?? {});

async function cardOf(id: FailureId) {
  await desk.settle();
  const [card] = world.posts('shop', id);
  if (!card) throw new Error(`no card of ${id}`);
  return card;
}
const down = { severity: 5 as const, environment: 'production', state: { system: 'down' as const } };
const threadOf = async (id: FailureId) => {
  const texts = linus()
    .thread(await cardOf(id))
    .map(({ text }) => text);
  return texts.join('\n').replaceAll('&amp;', '&');
};

describe('More…', () => {
  it('lists what can be done besides, with what a shutdown would stop', async () => {
    const id = await world.signal(down);
    await linus().click(await cardOf(id), 'More…');
    expect(modal()).toContain('Diagnose');
    expect(modal()).toContain('Re-grade');
    expect(modal()).toContain('It would stop:\\n• Shop\\n• Basket');
    await linus().closeModal();
  });

  it('answers in itself, and what it started is in the thread', async () => {
    const id = await world.signal({});
    await linus().click(await cardOf(id), 'More…');
    await linus().click('modal', 'Diagnose');
    expect(modal()).toContain('*Diagnose* is asked for.');
    await linus().click('modal', 'kintsugi.clean.dry-run');
    expect(modal()).toContain('A dry run of *Clean recovery* is asked for. It changes nothing');
    await linus().closeModal();
    expect(await threadOf(id)).toContain('Diagnose: Shop, waiting for the runner');
    expect(await threadOf(id)).toContain('Dry run of Clean recovery: Shop, waiting for the runner');
    expect((await world.failure(id)).status).toBe('open');
  });

  it('of somebody who may not says so in itself, and starts nothing', async () => {
    const id = await world.signal({});
    const ada = world.slack.act('ada');
    await ada.click(await cardOf(id), 'More…');
    await ada.click('modal', 'kintsugi.clean');
    expect(modal('ada')).toMatch(/Only `@shop-team` \([^)]+\) may start recoveries/);
    expect(await world.stores.runs.list(id)).toEqual([]);
    await ada.closeModal();
  });

  it('of an earlier episode is refused, on the card and in the modal that still stands open', async () => {
    const summary = 'Stock is wrong for the third time today';
    const id = await world.signal({ summary });
    const card = await cardOf(id);
    await linus().click(card, 'More…');
    await world.slack.act('ada').click(card, 'Resolve…');
    await world.slack.act('ada').submit({});
    world.clock.now += 60_000;
    await world.signal({ summary });
    await linus().click('modal', 'Diagnose');
    expect(modal()).toContain('earlier episode');
    await linus().closeModal();
    await linus().click(card, 'More…');
    expect(linus().modals()).toEqual([]);
    expect(JSON.stringify(linus().ephemerals().at(-1))).toContain('earlier episode');
    expect(await world.stores.runs.list(id)).toEqual([]);
  });

  it('opens the form for another level, on top of itself', async () => {
    const id = await world.signal({});
    await linus().click(await cardOf(id), 'More…');
    await linus().click('modal', 'Re-grade…');
    expect(modal()).toContain('The right level');
    await linus().closeModal({ all: true });
  });
});

describe('what was done', () => {
  it('is taken back from its own message, once, though it resolved the failure', async () => {
    const id = await world.signal({});
    await linus().click(await cardOf(id), 'Rollback & retry');
    await desk.settle();
    await desk.ready(id, planOf('Back to checkpoint good: 1 path'));
    await desk.say(id, {
      kind: 'result',
      ok: true,
      reason: 'The check passes.',
      refs: ['refs/kintsugi/x'],
      canUndo: true,
    });
    const done = async () => {
      const found = linus()
        .thread(await cardOf(id))
        .find(({ text }) => text.includes('Rollback &amp; retry: Shop, worked'));
      if (!found) throw new Error('no message of the run');
      return found;
    };
    expect((await world.failure(id)).status).toBe('resolved');
    const message = await done();
    await Promise.all([linus().click(message, 'Undo'), world.slack.act('grace').click(message, 'Undo')]);
    const undos = (await world.stores.runs.list(id)).filter(
      ({ strategy, state }) => strategy === 'undo' && state === 'requested',
    );
    expect(undos).toHaveLength(1);
    expect(JSON.stringify((await done()).blocks)).toContain('Taken back by ');
    expect(JSON.stringify((await done()).blocks)).not.toContain('kintsugi.undo');
  });
});

describe('what a tool found', () => {
  const table = { columns: ['what', 'state'], rows: [['disk /', '97% used <!channel>']] };
  async function diagnosed() {
    const id = await world.signal({});
    await linus().click(await cardOf(id), 'More…');
    await linus().click('modal', 'kintsugi.diagnose');
    await linus().closeModal();
    await desk.settle();
    await desk.ready(id, planOf('Look at 1 thing'));
    await desk.say(id, { kind: 'result', ok: true, reason: '1 thing needs a look', refs: [], table });
    return id;
  }
  const found = async (id: FailureId) => {
    const message = linus()
      .thread(await cardOf(id))
      .find(({ text }) => text.startsWith('Diagnose: Shop'));
    return JSON.stringify(message?.blocks);
  };

  it('is a table in the thread, and the failure stays as it was', async () => {
    const id = await diagnosed();
    expect(await found(id)).toContain('"type":"table"');
    expect(await found(id)).toContain('97% used <!channel>');
    expect((await world.failure(id)).status).toBe('open');
  });

  it('is text where the workspace does not take tables yet', async () => {
    const id = await diagnosed();
    world.slack.faults.add({ kind: 'platform_error', method: 'chat.update', error: 'invalid_blocks', times: 1 });
    expect(await found(id)).toContain('disk / · 97% used <!channel>');
    world.slack.faults.clear();
  });
});

describe('a failure of level 5', () => {
  it('is told in the emergency channels once, with a link, and its end stands there, too', async () => {
    const id = await world.signal(down);
    const card = await cardOf(id);
    await world.notify(id);
    const alerts = () => world.slack.messages('platform').filter(({ text }) => text.includes(id));
    expect(alerts()).toHaveLength(1);
    expect(JSON.stringify(alerts()[0]?.blocks)).toContain('|Open the card>');
    await linus().click(card, 'Resolve…');
    await linus().submit({});
    await desk.settle();
    expect(alerts()).toHaveLength(1);
    expect(alerts()[0]?.text).toContain('resolved');
  });
});

describe('a runner that said what it can do', () => {
  it('does not offer what the runner cannot do, and says why', async () => {
    const now = world.now();
    const said = { version: 1, kind: 'presence', runner: 'demo', release: '1', host: 'h', actions: {} } as const;
    const presence = { ...said, at: now.toISOString(), startedAt: now.toISOString() };
    await world.stores.runners.heard({ ...presence, abilities: { shop: ['rollback-and-retry'] } }, now);
    const id = await world.signal({});
    const card = await cardOf(id);
    expect(JSON.stringify(card.blocks)).toContain('kintsugi.rollback');
    expect(JSON.stringify(card.blocks)).not.toContain('kintsugi.diagnose');
    await linus().click(card, 'More…');
    expect(modal()).not.toContain('kintsugi.clean');
    expect(modal()).toContain(
      'No Clean recovery, Restart, Diagnose: runner demo is not set up for it in its runner.yml.',
    );
    await linus().closeModal();
  });
});
