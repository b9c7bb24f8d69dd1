import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import { freshWord, startWorld, policy as usual, type World } from './world.ts';

const policy = Policy.parse({
  ...usual,
  components: {
    ...usual.components,
    shop: {
      ...usual.components.shop,
      workarounds: [{ title: 'Restart it by hand' }, { title: 'Serve the cached page', action: 'serve-cached' }],
    },
    till: { title: 'Till', dependsOn: ['shop'] },
  },
});

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy });
});
afterAll(() => world.close());

const ada = () => world.slack.act('ada');
const adaId = () => world.slack.users.ada?.id ?? '';
const modal = () => JSON.stringify(ada().modals().at(-1) ?? '');
const day = (days: number) => new Date(world.clock.now + days * 86_400_000).toISOString().slice(0, 10);
const entries = async (id: FailureId, kind: string) =>
  (await world.failures.timeline(id)).filter((entry) => entry.kind === kind).map(({ text }) => text);

/** Opens the form behind a button of the card, by way of More… where the card has no room for it. */
async function open(id: FailureId, button: 'Re-grade' | 'Workaround' | 'Decompose' | 'Emergency shutdown' | 'Resolve') {
  await world.run();
  const [card] = world.posts('shop', id);
  if (!card) throw new Error(`no card of ${id}`);
  const label = `${button}…`;
  if (JSON.stringify(card.blocks).includes(`"text":"${label}"`)) return void (await ada().click(card, label));
  await ada().click(card, 'More…');
  await ada().click('modal', label);
}
/** Sends the form on top off twice, as an impatient person does. */
async function submitTwice(filling: Parameters<ReturnType<typeof ada>['submit']>[0]) {
  const both = [ada().submit(filling), ada().submit(filling)];
  return Promise.all(both);
}

describe('the re-grade form', () => {
  it('shows the criteria, wants a reason, and changes the level once', async () => {
    const id = await world.signal({});
    await open(id, 'Re-grade');
    for (const words of ['Now 🟠 *level 3, major*', 'Cosmetic issues', 'Revenue impact immediate']) {
      expect(modal()).toContain(words);
    }
    expect((await ada().submit({ level: '4', reason: '   ' })).errors?.reason).toContain('few words');
    expect(await submitTwice({ level: '4', reason: 'Orders are lost' })).toEqual([{ ok: true }, { ok: true }]);
    expect(await world.failure(id)).toMatchObject({ level: 4, regraded: { by: adaId(), reason: 'Orders are lost' } });
    expect(await entries(id, 'regraded')).toHaveLength(1);
    expect(ada().modals()).toEqual([]);
  });

  it('says at the field that somebody resolved it meanwhile', async () => {
    const id = await world.signal({});
    await open(id, 'Re-grade');
    await resolveFailure(world, { failureId: id, by: world.slack.users.grace?.id ?? '' });
    expect(await ada().submit({ level: '2', reason: 'It is small' })).toEqual({ ok: true });
    expect(modal()).toContain('already resolved');
    expect(modal()).toContain('It is small');
    await ada().closeModal({ all: true });
  });
});

describe('the workaround form', () => {
  it('takes words of one’s own, never runs them, and makes one debt of two sends', async () => {
    const id = await world.signal({});
    await open(id, 'Workaround');
    expect(modal()).toContain('never executed');
    expect((await ada().submit({ known: 'typed', text: '' })).errors?.text).toContain('Say what you do instead');
    const old = await ada().submit({ known: 'typed', text: 'x', 'remove-by': day(-1) });
    expect(old.errors?.['remove-by']).toContain('That day is over');
    const far = await ada().submit({ known: 'typed', text: 'x', 'remove-by': day(400) });
    expect(far.errors?.['remove-by']).toContain('within a year');
    const filling = { known: 'typed', text: '$(reboot)', original: 'Fix the pool', 'remove-by': day(7) };
    expect(await submitTwice(filling)).toEqual([{ ok: true }, { ok: true }]);
    const { workaround } = await world.failure(id);
    expect(workaround).toMatchObject({ text: '$(reboot)', original: 'Fix the pool', by: adaId() });
    expect(workaround?.action).toBeUndefined();
    expect(workaround?.removeBy.slice(0, 10)).toBe(day(7));
    expect(await world.runs.list(id)).toEqual([]);
    const debt = await world.work.list({ state: 'pending', component: 'shop', limit: 100 });
    const items = await world.work.getAll(debt.lines.map((line) => line.id));
    expect(items.filter(({ failureId }) => failureId === id)).toMatchObject([{ kind: 'technical-debt' }]);
  });

  it('refuses a known one and other words at once, and runs the action of a known one', async () => {
    const id = await world.signal({});
    await open(id, 'Workaround');
    const known = 'known:Serve the cached page';
    expect(modal()).toMatch(/Runs on \w+ at once.*Serve the cached page: `serve-cached`.*"Run or write down"/);
    expect((await ada().submit({ known, text: 'also this' })).errors?.text).toContain('Either a known one');
    expect(await ada().submit({ known, text: '' })).toEqual({ ok: true });
    expect((await world.failure(id)).workaround).toMatchObject({
      text: 'Serve the cached page',
      action: 'serve-cached',
    });
    expect(await world.runs.list(id)).toMatchObject([{ strategy: 'workaround', order: { action: 'serve-cached' } }]);
  });

  it('lets what is in place stay longer or go', async () => {
    const id = await world.signal({});
    await open(id, 'Workaround');
    await ada().submit({ known: 'known:Restart it by hand', text: '', 'remove-by': day(3) });
    await open(id, 'Workaround');
    expect(modal()).toContain('*In place:* Restart it by hand');
    expect((await ada().submit({ what: 'stays', 'remove-by': day(2) })).errors?.['remove-by']).toContain('later day');
    expect(await ada().submit({ what: 'stays', 'remove-by': day(9) })).toEqual({ ok: true });
    expect((await world.failure(id)).workaround).toMatchObject({ renewals: 1 });
    // Mended, its workaround is still to go.
    await open(id, 'Resolve');
    await ada().submit({});
    await world.run();
    await open(id, 'Workaround');
    expect(await ada().submit({ what: 'gone' })).toEqual({ ok: true });
    expect((await world.failure(id)).workaround).toBeUndefined();
  });
});

describe('the decompose form', () => {
  const heavy = async (more: object = {}) => {
    const item = WorkItemId.parse(`job-${freshWord()}`);
    await addWork(world, {
      id: item,
      kind: 'task',
      title: 'Rebuild the checkout',
      component: 'shop',
      priority: 300,
      estimateMinutes: 601,
      failedAttempts: 2,
      filesTouched: 12,
      by: 'test',
      ...more,
    });
    return item;
  };

  it('fills in the list of the item’s text and splits it once; the hours add up', async () => {
    const item = await heavy({ notes: 'What it must do:\n- pay by card\n- pay by invoice\n- send the receipt' });
    const id = await world.signal({ workItem: { id: item } });
    await open(id, 'Decompose');
    expect(modal()).toContain('pay by card\\npay by invoice\\nsend the receipt');
    expect(modal()).toContain('3 h 21 min + 3 h 20 min + 3 h 20 min = 10 h 1 min');
    expect((await ada().submit({ requirements: '\n - \n' })).errors?.requirements).toContain('At least two');
    expect((await ada().submit({ requirements: 'only one' })).errors?.requirements).toContain('At least two');
    expect(await submitTwice({ requirements: '1. pay by card\n2. pay by invoice\n\n3. send the receipt' })).toEqual([
      { ok: true },
      { ok: true },
    ]);
    const parent = (await world.work.get(item))?.item;
    if (parent?.state !== 'split') throw new Error('not split');
    const parts = await world.work.getAll(parent.children);
    expect(parts.map(({ title }) => title)).toEqual(['pay by card', 'pay by invoice', 'send the receipt']);
    expect(parts.reduce((sum, { estimateMinutes = 0 }) => sum + estimateMinutes, 0)).toBe(601);
    expect(await entries(id, 'decomposed')).toHaveLength(1);
    expect(modal()).toContain('Together: 10 h 1 min, as before.');
    await ada().closeModal({ all: true });
  });

  it('asks for the list of an item that the queue does not know, and adds it with its parts', async () => {
    const item = WorkItemId.parse(`agent-${freshWord()}`);
    const id = await world.signal({
      workItem: { id: item, title: 'Write the importer' },
      error: { message: 'error_max_turns: the limit of 40 turns was reached' },
    });
    await open(id, 'Decompose');
    expect(modal()).toContain('the last attempt used all its turns');
    expect(await ada().submit({ requirements: 'read the file\nwrite the rows' })).toEqual({ ok: true });
    expect((await world.work.get(item))?.item).toMatchObject({ state: 'split', title: 'Write the importer' });
    await ada().closeModal({ all: true });
  });

  it('says that a simple one is simple, and offers the other ways', async () => {
    const item = await heavy({ estimateMinutes: 30, failedAttempts: 0, filesTouched: 1 });
    const id = await world.signal({ workItem: { id: item } });
    await open(id, 'Decompose');
    expect(modal()).toContain('simple enough to be tried as it is');
    expect(modal()).toContain('Workaround');
    await ada().closeModal({ all: true });
  });
});

describe('the emergency shutdown form', () => {
  it('names all that would stop, and asks once', async () => {
    const id = await world.signal({
      severity: 5,
      summary: `Production system down: ${freshWord()}, data loss occurring`,
    });
    expect((await world.failure(id)).level).toBe(5);
    await open(id, 'Emergency shutdown');
    for (const words of [
      'It would stop these 3',
      '• Shop (shop)',
      '• Basket (basket)',
      '• Till (till)',
      '2 other people',
    ]) {
      expect(modal()).toContain(words);
    }
    const answers = await submitTwice({});
    expect(answers).toEqual([{ ok: true }, { ok: true }]);
    const runs = (await world.runs.list(id)).filter(({ state }) => state === 'requested');
    expect(runs).toMatchObject([{ strategy: 'shutdown', requestedBy: adaId(), approvalsNeeded: 2 }]);
    expect(ada().modals()).toEqual([]);
  });
});
