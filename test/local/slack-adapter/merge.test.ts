import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { applyWorkaround } from '../../../lib/recovery/apply-workaround.ts';
import { startWorld, policy as usual, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy: Policy.parse({ ...usual, recovery: { mayStart: ['@shop-team'] } }) });
});
afterAll(() => world.close());

const linus = () => world.slack.act('linus');
const modal = () => JSON.stringify(linus().modals().at(-1) ?? {});
async function cardOf(id: FailureId) {
  await world.run();
  const [card] = world.posts('shop', id);
  return card ?? expect.fail(`no card of ${id}`);
}
const textOf = async (id: FailureId) => JSON.stringify((await cardOf(id)).blocks);
const threadOf = async (id: FailureId) =>
  linus()
    .thread(await cardOf(id))
    .map(({ text }) => text)
    .join('\n');

async function pair() {
  const older = await world.signal({});
  world.clock.now += 1000;
  const younger = await world.signal({});
  world.clock.now += 1000;
  return { older, younger };
}

async function merged() {
  const { older, younger } = await pair();
  await linus().click(await cardOf(younger), 'More…');
  await linus().click('modal', 'Merge…');
  await linus().submit({ 'It is the same failure as': older });
  return { older, younger };
}

describe('merge and split on a card', () => {
  it('offers what is open of the component, and what is typed', async () => {
    const { older, younger } = await pair();
    const elsewhere = await world.signal({ component: 'vault' });
    await linus().click(await cardOf(younger), 'More…');
    await linus().click('modal', 'Merge…');
    const all = JSON.stringify(await linus().suggest('modal', 'merge-with', ''));
    expect(all).toContain(older);
    for (const other of [younger, elsewhere]) expect(all).not.toContain(other);
    const typed = JSON.stringify(await linus().suggest('modal', 'merge-with', older.toLowerCase()));
    expect(typed).toContain(older);
    // Named all the same, it says why it cannot be.
    const named = JSON.stringify(await linus().suggest('modal', 'merge-with', elsewhere));
    expect(named).toContain('Another component: it cannot be the same failure');
    await linus().closeModal({ all: true });
  });

  it('offers nothing that cannot be merged now, and says of itself why not', async () => {
    const { older, younger } = await pair();
    await applyWorkaround(world, { failureId: younger, text: 'Orders by phone', by: 'system:protocol' });
    const offersOn = async (id: FailureId, typed = '') => {
      await linus().click(await cardOf(id), 'More…');
      await linus().click('modal', 'Merge…');
      const said = modal();
      const offered = JSON.stringify(await linus().suggest('modal', 'merge-with', typed));
      await linus().closeModal({ all: true });
      return { said, offered };
    };
    expect((await offersOn(older)).offered).not.toContain(younger);
    expect((await offersOn(older, younger)).offered).toContain('Cannot be merged while it has a workaround');
    const own = await offersOn(younger);
    expect(own.said).toContain('Until that is gone only younger failures can be merged into it.');
    expect(own.offered).not.toContain(older);
  });

  it('the younger card says where it went and the older one counts for both, in both threads once', async () => {
    const { older, younger } = await merged();
    expect(modal()).toContain(`*${younger}* is part of *${older}* now`);
    await linus().closeModal({ all: true });
    expect(await textOf(younger)).toContain('Merged into');
    expect(await textOf(younger)).toContain(older);
    expect(await textOf(younger), 'to take it back is not what is asked for').not.toContain('"primary"');
    expect(await textOf(younger)).not.toContain('"Resolve…"');
    expect(await textOf(older)).toContain(`Merged into it, and counted here:* ${younger}`);
    expect(await textOf(older)).toContain('seen 2 times');
    expect((await threadOf(older)).match(/is the same failure and counts here/g)).toHaveLength(1);
    expect((await threadOf(younger)).match(/Merged into/g)).toHaveLength(1);
  });

  it('an old button of the younger one says where to go on, and Split takes it out again', async () => {
    const { older, younger } = await merged();
    await linus().closeModal({ all: true });
    await world.run();
    await linus().command('shop', `/failure show ${younger}`);
    expect(JSON.stringify(linus().ephemerals().at(-1))).toContain('Merged into');
    await linus().click(await cardOf(younger), 'Split off again');
    expect(await textOf(younger)).toContain('Nobody has it yet');
    expect(await textOf(younger)).toContain('seen once');
    expect(await textOf(older)).toContain('seen once');
    expect(await textOf(older)).not.toContain('counted here');
    expect(await threadOf(older)).toContain('is not this failure after all');
    expect(await threadOf(younger)).toContain('Split off from');
  });

  it('the older one splits off what is chosen, with its count', async () => {
    const { older, younger } = await merged();
    await linus().closeModal({ all: true });
    await linus().click(await cardOf(older), 'More…');
    await linus().click('modal', 'Split…');
    expect(modal()).toContain('Seen once');
    await linus().submit({ 'What is not this failure?': [younger] });
    expect(modal()).toContain('is a failure of its own again, open as it was');
    await linus().closeModal({ all: true });
    expect(await textOf(younger)).toContain('Nobody has it yet');
  });

  it('whoever splits reads that the older one keeps the level it had from there', async () => {
    const older = await world.signal({ severity: 2 });
    world.clock.now += 1000;
    const younger = await world.signal({ severity: 3 });
    world.clock.now += 1000;
    await linus().command('shop', `/failure merge ${older} ${younger}`);
    await linus().command('shop', `/failure split ${younger}`);
    expect(linus().ephemerals().at(-1)?.text).toContain(`*${older}* stays at 🟠 3 Major`);
    expect(linus().ephemerals().at(-1)?.text).toContain('it was 2 before');
    expect(await threadOf(older)).toContain('Its level stays 3');
  });

  it('is for those who may start recoveries, and says who', async () => {
    const { older, younger } = await pair();
    const ada = world.slack.act('ada');
    await ada.click(await cardOf(younger), 'More…');
    await ada.click('modal', 'Merge…');
    const answer = await ada.submit({ 'It is the same failure as': older });
    expect(JSON.stringify(answer)).toContain('may do this');
    await ada.closeModal({ all: true });
    expect((await world.failure(younger)).status).toBe('open');
  });
});
