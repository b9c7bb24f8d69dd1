import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleToolClick } from '../../../lib/adapters/slack/listeners/handle-tool-click.ts';
import { decodeToolAction } from '../../../lib/adapters/slack/tool-action-ids.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const ada = () => world.slack.act('ada');
const answer = () => {
  const last = ada().ephemerals().at(-1);
  if (!last) throw new Error('no answer');
  return last;
};

describe('a gate that is opened by hand', () => {
  it('has the failure that shut it looked at again, and says at a second press that it was open', async () => {
    const failureId = await world.signal({});
    await world.stores.failures.clearDues(
      failureId,
      ['effects'],
      (await world.stores.failures.get(failureId))?.rev ?? 0,
    );
    await shutGate(world, {
      scope: 'shop',
      id: 'protocol',
      mode: 'stop',
      reason: 'level 3',
      opens: 'when it is resolved',
      by: 'system:protocol',
      failureId,
      since: new Date(world.clock.now).toISOString(),
    });
    await ada().command('general', '/failure gate shop');
    await ada().click(answer(), 'Open');
    expect((await world.stores.failures.get(failureId))?.dues.effects).toBe(world.clock.now);
    const again = { do: 'gate-open', scope: 'shop', id: 'protocol', query: { scope: 'shop' } } as const;
    expect(JSON.stringify(await handleToolClick(world, again, 'U0ADA1234'))).toContain('was open already');
  });

  it('leaves a gate shut that was opened and shut anew since its button was drawn', async () => {
    const shut = async (reason: string) => {
      const since = world.now().toISOString();
      await shutGate(world, { scope: 'cellar', id: 'hand#U1', mode: 'stop', reason, opens: 'later', by: 'U1', since });
    };
    const isShut = async () => (await world.stores.gates.held()).holders.some(({ scope }) => scope === 'cellar');
    await shut('water in it');
    await ada().command('general', '/failure gate cellar');
    const old = (answer().blocks ?? []).flatMap((block) => {
      const button = 'accessory' in block ? (block.accessory as { action_id: string }) : undefined;
      return (button && decodeToolAction(button)) ?? [];
    })[0];
    if (!old) throw new Error('no button');
    await ada().click(answer(), 'Open');
    expect(await isShut()).toBe(false);
    world.clock.now += 1000;
    await shut('fire in it');
    expect(JSON.stringify(await handleToolClick(world, old, 'U0ADA1234'))).toContain('shut anew <!date^');
    expect(await isShut()).toBe(true);
    await ada().command('general', '/failure gate cellar');
    await ada().click(answer(), 'Open');
    expect(await isShut()).toBe(false);
  });

  it('opens by a button of an earlier version, which does not say which shutting it meant', async () => {
    const since = world.now().toISOString();
    const id = 'hand#U1';
    await shutGate(world, { scope: 'attic', id, mode: 'stop', reason: 'dust', opens: 'later', by: 'U1', since });
    const old = { do: 'gate-open', scope: 'attic', id, query: { scope: 'attic' } } as const;
    await handleToolClick(world, old, 'U0ADA1234');
    expect((await world.stores.gates.held()).holders.some(({ scope }) => scope === 'attic')).toBe(false);
  });
});
