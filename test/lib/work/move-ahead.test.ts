import { expect, it } from 'vitest';
import { moveAhead } from '../../../lib/work/move-ahead.ts';
import { workWorld } from './work-world.ts';

it('does not look for a place behind a thousand others, and moves to the top all the same', async () => {
  const world = workWorld();
  for (let index = 0; index < 1000; index++) await world.add({ id: `before-${index}`, priority: 100 });
  const { id, priority: was } = await world.add({ id: 'far-behind', priority: 300 });
  expect(await moveAhead(world.ports, { id, was, to: 'up', by: 'U1' })).toEqual({ kind: 'too-far' });
  expect((await world.item(id)).priority).toBe(300);
  expect(await moveAhead(world.ports, { id, was, to: 'top', by: 'U1' })).toMatchObject({ kind: 'moved' });
  expect((await world.item(id)).priority).toBe(99);
});
