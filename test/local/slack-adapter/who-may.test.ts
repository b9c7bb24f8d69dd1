import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action } from '../../../lib/adapters/slack/action-ids.ts';
import { handleClick } from '../../../lib/adapters/slack/listeners/handle-click.ts';
import { handleToolClick } from '../../../lib/adapters/slack/listeners/handle-tool-click.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import { planOf, recoveryDesk } from './recovery-desk.ts';
import { freshWord, startWorld, policy as usual, type World } from './world.ts';

const recovery = { runner: 'demo', workTree: 'any' };
const policy = Policy.parse({
  ...usual,
  components: { ...usual.components, quiet: { recovery } },
  recovery: { mayStart: ['@shop-team'] },
});

let world: World;
let desk: ReturnType<typeof recoveryDesk>;
beforeAll(async () => {
  world = await startWorld({ policy });
  desk = recoveryDesk(world);
});
afterAll(() => world.close());

/** Linus belongs to the shop team, Ada does not. */
const idOf = (name: string) => world.slack.users[name]?.id ?? '';
const asking = () => ({ ...world, askRole: async () => [idOf('linus')] });
/** The group, and in brackets the people in it. */
const only = /Only `@shop-team` \([^)]+\) may do this/;
const ada = () => world.slack.act('ada');
/** At the field, where nothing is formatted: the form stays open, and nothing that was typed is lost. */
const atField = 'Only @shop-team may do this';
const refusal = async (filling: Parameters<ReturnType<typeof ada>['submit']>[0]) =>
  JSON.stringify((await ada().submit(filling)).errors ?? 'taken');

async function cardOf(id: FailureId) {
  await desk.settle();
  const [card] = world.posts('shop', id);
  if (!card) throw new Error(`no card of ${id}`);
  return card;
}
async function press(what: 'acknowledge' | 'resolve' | 'reopen', failureId: FailureId, name: string) {
  const action: Action = { do: what, failureId, episode: 1, from: { place: 'card' } };
  return JSON.stringify((await handleClick(asking(), action, idOf(name))) ?? 'done');
}
async function item(more: object = {}) {
  const id = WorkItemId.parse(`job-${freshWord()}`);
  const about = { kind: 'task', title: 'Something', component: 'shop', priority: 300, by: 'test' } as const;
  await addWork(world, { id, ...about, ...more });
  return id;
}
const priorityOf = async (id: WorkItemId) => (await world.work.get(id))?.item.priority;
const isShut = async (scope: string) => (await world.gates.read()).holders.some((holder) => holder.scope === scope);

describe('who may not start recoveries', () => {
  it('does not open a gate, and who may does', async () => {
    const by = 'system:protocol';
    const since = world.now().toISOString();
    await shutGate(world, { scope: 'vault', id: 'F-1#1', mode: 'stop', reason: 'Wrong', opens: 'later', by, since });
    const open = { do: 'gate-open', scope: 'vault', id: 'F-1#1', query: {} } as const;
    expect(JSON.stringify(await handleToolClick(asking(), open, idOf('ada')))).toMatch(only);
    expect(await isShut('vault')).toBe(true);
    // Slack does not say who belongs to it: that is a no.
    expect(JSON.stringify(await handleToolClick({ ...world, askRole: async () => undefined }, open, 'U0NEW'))).toMatch(
      /Only|did not say/,
    );
    await handleToolClick(asking(), open, idOf('linus'));
    expect(await isShut('vault')).toBe(false);
  });

  it('does not shut one', async () => {
    await ada().command('general', '/failure gate basket');
    const [message] = ada().ephemerals().slice(-1);
    if (!message) throw new Error('no answer');
    await ada().click(message, 'Shut…');
    expect(await refusal({ mode: 'stop', reason: 'I would like to' })).toContain(atField);
    await ada().closeModal({ all: true });
    expect(await isShut('basket')).toBe(false);
  });

  it('does not put work in another order', async () => {
    await item({ component: 'order', priority: 100 });
    const id = await item({ component: 'order' });
    const up = { do: 'work-top', id, was: 300, query: { component: 'order' } } as const;
    expect(JSON.stringify(await handleToolClick(asking(), up, idOf('ada')))).toMatch(only);
    await ada().command('general', '/failure queue order');
    const [list] = ada().ephemerals().slice(-1);
    if (!list) throw new Error('no answer');
    await ada().click(list, 'Priority…');
    expect(await refusal({ priority: '1' })).toContain(atField);
    await ada().closeModal({ all: true });
    expect(await priorityOf(id)).toBe(300);
    await handleToolClick(asking(), up, idOf('linus'));
    expect(await priorityOf(id)).toBe(99);
  });

  it('does not split work', async () => {
    const notes = '- pay by card\n- pay by invoice\n- send the receipt';
    const id = await item({ estimateMinutes: 601, failedAttempts: 2, filesTouched: 12, notes });
    const failureId = await world.signal({ workItem: { id } });
    await ada().click(await cardOf(failureId), 'Decompose…');
    expect(await refusal({ requirements: 'one thing\nanother thing' })).toContain(atField);
    await ada().closeModal({ all: true });
    expect((await world.work.get(id))?.item.state).toBe('pending');
  });

  it('does not re-grade', async () => {
    const id = await world.signal({});
    await ada().click(await cardOf(id), 'More…');
    await ada().click('modal', 'Re-grade…');
    expect(await refusal({ level: '2', reason: 'It is small' })).toContain(atField);
    await ada().closeModal({ all: true });
    expect((await world.failure(id)).level).toBe(3);
  });

  it('takes a failure and says that it is mended, but calls off nothing that others asked for', async () => {
    const free = await world.signal({});
    expect(await press('acknowledge', free, 'ada')).toBe('"done"');
    await ada().click(await cardOf(free), 'Resolve…');
    expect(await ada().submit({})).toEqual({ ok: true });
    expect((await world.failure(free)).status).toBe('resolved');
    expect(await press('reopen', free, 'ada')).toBe('"done"');

    const held = await world.signal({});
    await world.slack.act('linus').click(await cardOf(held), 'Rollback & retry');
    expect(await press('resolve', held, 'ada')).toMatch(only);
    expect(await desk.runOf(held)).toMatchObject({ state: 'requested' });
    expect((await world.failure(held)).status).toBe('recovering');
    await world.slack.act('linus').click(await cardOf(held), 'Resolve…');
    expect(await world.slack.act('linus').submit({})).toEqual({ ok: true });
    expect((await world.failure(held)).status).toBe('resolved');
  });

  it('does not begin anew what a recovery mended', async () => {
    const id = await world.signal({});
    await world.slack.act('linus').click(await cardOf(id), 'Rollback & retry');
    await desk.settle();
    await desk.ready(id, planOf('Back to checkpoint good: 1 path'));
    await desk.say(id, { kind: 'result', ok: true, reason: 'It works.', refs: [], canUndo: true });
    expect((await world.failure(id)).status).toBe('resolved');
    expect(await press('reopen', id, 'ada')).toMatch(only);
    expect((await world.failure(id)).status).toBe('resolved');
    expect(await press('reopen', id, 'linus')).toBe('"done"');
  });

  // Guards against a check-up that is filed, and alarms people, for a tool that is refused then.
  it.each(['diagnose', 'clean'])('files no check-up with /failure %s', async (tool) => {
    await ada().command('general', `/failure ${tool} quiet`);
    expect(JSON.stringify(ada().ephemerals().at(-1))).toMatch(only);
    expect((await world.failures.listOpen({ component: 'quiet', limit: 10 })).failures).toEqual([]);
  });
});
