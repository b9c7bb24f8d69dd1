import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleToolClick } from '../../../lib/adapters/slack/listeners/handle-tool-click.ts';
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
});
