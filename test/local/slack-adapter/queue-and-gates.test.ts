import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleToolClick } from '../../../lib/adapters/slack/listeners/handle-tool-click.ts';
import { decodeToolAction, type ToolAction } from '../../../lib/adapters/slack/tool-action-ids.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { addWork, type WorkDraft } from '../../../lib/work/add-work.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import type { WorkItemId } from '../../../lib/work/work-item.ts';
import { startWorld, policy as usualPolicy, type World } from './world.ts';

const policy = Policy.parse({
  ...usualPolicy,
  components: {
    ...usualPolicy.components,
    till: { title: 'Till', dependsOn: ['shop', 'account:claude'] },
  },
  shared: { 'account:claude': { title: 'Claude account' } },
});

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy });
});
afterAll(() => world.close());

const ada = () => world.slack.act('ada');
const adaId = () => world.slack.users.ada?.id ?? '';
const answer = () => {
  const last = ada().ephemerals().at(-1);
  if (!last) throw new Error('no answer');
  return last;
};
const said = () => JSON.stringify(answer());
const modal = () => JSON.stringify(ada().modals().at(-1) ?? '');
const type = async (text: string) => {
  expect(await ada().command('general', `/failure ${text}`)).toEqual({ ok: true });
};
const add = async (draft: Partial<WorkDraft> & { component: string }) => {
  world.clock.now += 1000;
  const { item } = await addWork(world, { kind: 'task', title: 'Something', priority: 300, by: 'test', ...draft });
  return item.id;
};
const itemOf = async (id: WorkItemId) => {
  const stored = await world.work.get(id);
  if (!stored) throw new Error(`no ${id}`);
  return stored.item;
};
/** The first button of an item's row in the newest list. */
const pressUp = async (id: WorkItemId) => {
  const row = `queue/${id}/${(await itemOf(id)).version}`;
  return ada().click(answer(), row);
};
/** Every button that the newest answer shows, decoded. */
const buttons = (): ToolAction[] =>
  [...said().matchAll(/"action_id":"(kintsugi\.tool\.[a-z-]+)".*?"value":("(?:[^"\\]|\\.)*")/g)].flatMap(
    ([, action_id = '', value = '""']) => decodeToolAction({ action_id, value: JSON.parse(value) }) ?? [],
  );
const shut = (scope: string, more: object = {}) =>
  shutGate(world, {
    scope,
    id: 'F-7K3Q9D#1',
    mode: 'stop',
    reason: 'Numbers are wrong <!channel>',
    opens: 'when F-7K3Q9D is resolved',
    by: 'system:protocol',
    since: world.now().toISOString(),
    ...more,
  });

describe('/failure queue', () => {
  it('shows who works on what until when, what waits, and why it waits', async () => {
    const component = 'queue-states';
    await add({ component, title: 'Taken', priority: 1 });
    await claimNext(world, { holder: 'worker-7', component });
    await add({ component, title: 'Waiting', estimateMinutes: 90, requirements: ['a', 'b'] });
    await shut(component);
    await type(`queue ${component}`);
    for (const words of ['Taken', 'worker-7', 'Waiting', '1 h 30 min', 'gate shut: Numbers are wrong <!channel>']) {
      expect(said()).toContain(words);
    }
    // Untrusted words stand in rich text alone, where nothing is parsed.
    expect(JSON.stringify(answer().blocks?.filter(({ type }) => type !== 'rich_text'))).not.toContain('<!channel>');
  });

  it('moves an item before the one above it, and a second press of the same button moves nothing', async () => {
    const component = 'queue-order';
    const ids = [
      await add({ component, title: 'First', priority: 100 }),
      await add({ component, title: 'Second', priority: 100 }),
      await add({ component, title: 'Third', priority: 300 }),
    ] as const;
    const order = () => [...new Set(said().match(/First|Second|Third/g))];
    await type(`queue ${component}`);
    expect(order()).toEqual(['First', 'Second', 'Third']);
    const top = buttons().find(({ do: verb }) => verb === 'work-up');
    // What is first has nothing to be moved before.
    expect(top).toMatchObject({ id: ids[1] });
    await pressUp(ids[2]);
    expect(order()[0]).toBe('Third');
    const moved = await itemOf(ids[2]);
    expect(moved.priority).toBe(99);
    await handleToolClick(world, { do: 'work-up', id: ids[2], was: 300, query: { component } }, adaId());
    expect(await itemOf(ids[2])).toEqual(moved);
    if (top?.do !== 'work-up') throw new Error('no button');
    const again = await handleToolClick(world, { ...top, do: 'work-top' }, adaId());
    expect(JSON.stringify(again)).toContain('moved ahead');
    expect((await itemOf(ids[1])).priority).toBe(99);
    // A list that was drawn before.
    const old = { do: 'work-up', id: ids[1], was: 99, query: { component } } as const;
    expect(JSON.stringify(await handleToolClick(world, old, adaId()))).toContain('is the first already');
  });

  it('sets a priority by number or word, and says at the field what it takes', async () => {
    const component = 'queue-priority';
    const id = await add({ component });
    await type(`queue ${component}`);
    await ada().click(answer(), 'Priority…');
    const refused = await ada().submit({ priority: 'soon' });
    expect(refused.errors?.priority).toContain('whole number from 0');
    expect(await ada().submit({ priority: 'Urgent' })).toEqual({ ok: true });
    expect((await itemOf(id)).priority).toBe(100);
    expect(modal()).toContain('has priority 100');
    await ada().closeModal();
  });

  it('says so when Slack gave up waiting for the form', async () => {
    const component = 'queue-late';
    await add({ component });
    await type(`queue ${component}`);
    const { get } = world.stores.work;
    world.stores.work.get = async (id) => {
      world.clock.now += 4000;
      return get(id);
    };
    await ada().click(answer(), 'Priority…');
    world.stores.work.get = get;
    expect(answer().text).toContain('did not open the form in time');
    expect(ada().modals()).toEqual([]);
  });

  it('goes page by page, each item on one page alone', async () => {
    const component = 'queue-pages';
    const ids: WorkItemId[] = [];
    for (let count = 0; count < 11; count++) ids.push(await add({ component, title: `Item ${count}` }));
    await type(`queue ${component}`);
    const on = () => ids.filter((id) => said().includes(`"${id}"`));
    const first = on();
    expect(first).toEqual(ids.slice(0, 8));
    await ada().click(answer(), 'Next page');
    expect(on()).toEqual(ids.slice(8));
  });

  it('shows in a channel no words of a failure that is private', async () => {
    await world.slack.act('grace').command('security', '/invite @kintsugi');
    const failureId = await world.signal({ component: 'vault', severity: 4, summary: 'Payroll is wrong' });
    await world.run();
    const title = 'Payroll of Ada Lovelace is wrong';
    const isSaid = () => JSON.stringify(world.slack.act('linus').channel('shop')).includes('Lovelace');
    const onlyAdaSees = /Only you see this[\s\S]*Lovelace/;
    // What is worked on stands there without the id of its failure.
    await add({ component: 'payroll', title: `Fix: ${title}`, failureId });
    expect(await claimNext(world, { holder: 'ada', component: 'payroll' })).toMatchObject({ kind: 'claimed' });
    await ada().command('shop', '/failure queue payroll --public');
    expect(said()).toMatch(onlyAdaSees);
    // So does what a gate holds for it.
    await shut('coins', { failureId, reason: `Level 4 in vault: ${title}` });
    await add({ component: 'coins', title: 'Count them' });
    await ada().command('shop', '/failure queue coins --public');
    expect(said()).toMatch(onlyAdaSees);
    expect(isSaid()).toBe(false);
  });

  it('takes a typo for no empty queue', async () => {
    await type('queue shp');
    expect(said()).toContain('Did you mean *shop*?');
  });
});

describe('/failure gate', () => {
  it('shows every gate that is shut with its reason and its way to open, and opens it', async () => {
    await shut('account:claude', { mode: 'hold', until: new Date(world.clock.now + 3_600_000).toISOString() });
    await type('gate');
    for (const words of [
      'account:claude',
      'Numbers are wrong &lt;!channel&gt;',
      'when F-7K3Q9D is resolved',
      'until',
    ]) {
      expect(said()).toContain(words);
    }
    // What depends on it is held with it.
    await type('gate till');
    expect(said()).toContain('*held* until');
    await ada().click(answer(), 'Open');
    expect(said()).toContain('*open*');
    const { holders, opened } = await world.gates.read();
    expect(holders.filter(({ scope }) => scope === 'account:claude')).toEqual([]);
    expect(opened.at(-1)).toMatchObject({ scope: 'account:claude', by: adaId() });
  });

  it('shuts a gate by hand, once however often the form is sent', async () => {
    await type('gate till');
    await ada().click(answer(), 'Shut…');
    expect(modal()).toContain('Shut a gate');
    const past = Math.floor(world.clock.now / 1000) - 60;
    const refused = await ada().submit({ mode: 'hold', reason: 'Stocktaking', until: past });
    expect(refused.errors?.until).toContain('in the past');
    expect((await ada().submit({ mode: 'hold', reason: 'Stocktaking' })).errors?.until).toContain('needs its end');
    const until = Math.floor(world.clock.now / 1000) + 7200;
    expect(await ada().submit({ mode: 'hold', reason: 'Stocktaking', until })).toEqual({ ok: true });
    expect(modal()).toContain('is shut until');
    await ada().closeModal();
    const holders = (await world.gates.read()).holders.filter(({ scope }) => scope === 'till');
    expect(holders).toMatchObject([{ id: `hand#${adaId()}`, mode: 'hold', reason: 'Stocktaking', by: adaId() }]);
    await type('gate till');
    expect(said()).toContain('Stocktaking');
  });

  it('says that a name is not registered, and what was meant', async () => {
    await type('gate tll');
    expect(said()).toContain('Did you mean *till*?');
  });
});

describe('/failure runners', () => {
  it('says loudly who is silent or was never heard, and what the others can do', async () => {
    await type('runners');
    expect(said()).toContain('NEVER HEARD');
    const presence = {
      version: 1 as const,
      kind: 'presence' as const,
      runner: 'demo',
      at: world.now().toISOString(),
      release: '1.2.3',
      host: 'host-9',
      startedAt: world.now().toISOString(),
      abilities: { shop: ['rollback-and-retry' as const, 'diagnose' as const] },
      actions: { shop: ['serve-cached'] },
    };
    await world.runners.heard(presence, world.now());
    await type('runners');
    for (const words of [
      '1 of 1 are there',
      '1.2.3 on host-9',
      'Rollback & retry, Diagnose; workarounds: serve-cached',
    ]) {
      expect(said()).toContain(words);
    }
    world.clock.now += 12 * 60_000;
    await type('runners');
    expect(said()).toContain('NOT HEARD FOR 12 MIN');
  });
});
