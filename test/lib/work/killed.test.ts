import { describe, expect, it } from 'vitest';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { decomposeWork } from '../../../lib/work/decompose-work.ts';
import { failWork } from '../../../lib/work/fail-work.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { lookAtWork } from '../../../lib/work/look-at-work.ts';
import type { WorkItemId } from '../../../lib/work/work-item.ts';
import type { WorkPorts } from '../../../lib/work/work-ports.ts';
import { Killed, type Life, mortal } from '../../journey/mortal.ts';
import { workWorld } from './work-world.ts';

type World = ReturnType<typeof workWorld>;

/** Does it as a process that is killed after each of its calls to the stores in turn; the last time it survives. */
async function killedEverywhere(
  prepare: () => Promise<World>,
  act: (ports: WorkPorts, world: World) => Promise<unknown>,
  then: (world: World, wasKilled: boolean) => Promise<void>,
): Promise<number> {
  for (let calls = 1; ; calls++) {
    const world = await prepare();
    const life: Life = { callsLeft: calls, isOver: false };
    const ports = { ...world.ports, work: mortal(world.stores.work, life), gates: mortal(world.stores.gates, life) };
    const wasKilled = await act(ports, world).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Killed) return true;
        throw error;
      },
    );
    await then(world, wasKilled);
    if (!wasKilled) return calls;
  }
}

/** The sweep: everything whose due has come is looked at. */
async function sweep(world: World): Promise<void> {
  for (const { item, attentionAt } of [...world.stores.world.work.values()]) {
    if (attentionAt === undefined || attentionAt > world.clock.at) continue;
    await lookAtWork(
      { ...world.ports, log: () => undefined, remindOfWork: async () => undefined },
      { workItemId: item.id },
    );
  }
}

async function workOffEverything(world: World): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    const claim = await claimNext(world.ports, { holder: 'bob' });
    if (claim.kind === 'nothing') return done;
    await finishWork(world.ports, { id: claim.item.id, token: claim.item.lease.token });
    done.push(claim.item.id);
  }
}

const states = (world: World) =>
  Object.fromEntries([...world.stores.world.work.values()].map(({ item }) => [item.id, item.state]));

describe('killed after any write', () => {
  it('a claim holds its item no longer than its lease, and a canary’s place no longer than a minute', async () => {
    const walked = await killedEverywhere(
      async () => {
        const world = workWorld();
        await world.add({ id: 'W-1' });
        await world.add({ id: 'W-2' });
        await world.shut('shop', { mode: 'canary' });
        return world;
      },
      (ports) => claimNext(ports, { holder: 'ann', leaseMinutes: 30 }),
      async (world) => {
        const held = Object.values(states(world)).filter((state) => state === 'in-progress');
        expect(held.length).toBeLessThanOrEqual(1);
        world.pass(1);
        const { holders } = await world.stores.gates.read();
        const isCanary = holders.some(({ canary }) => canary && Date.parse(canary.until) > world.clock.at);
        expect(isCanary && held.length === 0).toBe(false);
        world.pass(30);
        await sweep(world);
        expect((await workOffEverything(world)).sort()).toEqual(['W-1', 'W-2']);
        expect(states(world)).toEqual({ 'W-1': 'done', 'W-2': 'done' });
        expect((await world.stores.gates.read()).holders).toEqual([]);
      },
    );
    expect(walked).toBeGreaterThan(6);
  });

  it.each([
    ['done', (ports: WorkPorts, claim: { id: WorkItemId; token: string }) => finishWork(ports, claim)],
    [
      'failed',
      (ports: WorkPorts, claim: { id: WorkItemId; token: string }) => failWork(ports, { ...claim, summary: 'no' }),
    ],
  ])('and said again, an item is %s once, and its canary’s gate hears of it', async (state, end) => {
    const claim = { id: 'W-1' as WorkItemId, token: '' };
    const walked = await killedEverywhere(
      async () => {
        const world = workWorld();
        await world.add({ id: 'W-1' });
        await world.shut('shop', { mode: 'canary' });
        const claimed = await claimNext(world.ports, { holder: 'ann' });
        if (claimed.kind === 'claimed') claim.token = claimed.item.lease.token;
        return world;
      },
      (ports) => end(ports, claim),
      async (world, wasKilled) => {
        expect(await end(world.ports, claim)).toMatchObject({
          kind: 'ended',
          ...(wasKilled ? {} : { isRepeated: true }),
        });
        expect(await world.item('W-1')).toMatchObject({
          state,
          version: 3,
          failedAttempts: state === 'failed' ? 1 : 0,
        });
        const { holders } = await world.stores.gates.read();
        if (state === 'done') expect(holders).toEqual([]);
        else expect(holders).toMatchObject([{ mode: 'hold', failedCanaries: 1 }]);
        expect(holders.some(({ canary }) => canary !== undefined)).toBe(false);
      },
    );
    expect(walked).toBeGreaterThan(3);
  });

  it.each(['pressed again', 'left to the sweep'])(
    'an item is split into one set of parts when it is %s, and no part is worked on beside the whole',
    async (how) => {
      const requirements = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
      const split = (ports: WorkPorts) => decomposeWork(ports, { id: 'W-1' as WorkItemId, by: 'U1' });
      const walked = await killedEverywhere(
        async () => {
          const world = workWorld();
          await world.add({ id: 'W-1', requirements, estimateMinutes: 1000 });
          return world;
        },
        split,
        async (world) => {
          const now = states(world);
          const isWholeOpen = now['W-1'] === 'pending';
          expect(isWholeOpen && Object.keys(now).length > 1).toBe(false);
          if (how === 'pressed again') expect(await split(world.ports)).toMatchObject({ kind: 'split' });
          world.pass(2);
          await sweep(world);
          const worked = (await workOffEverything(world)).sort();
          const parts = requirements.map((_, index) => `W-1.${index + 1}`);
          // Killed before the one write that decides, and not pressed again, it is as it was.
          const isUntouched = how === 'left to the sweep' && isWholeOpen;
          expect(worked).toEqual(isUntouched ? ['W-1'] : parts);
          expect(Object.values(states(world)).filter((state) => state === 'pending')).toEqual([]);
        },
      );
      expect(walked).toBeGreaterThan(5);
    },
  );
});
