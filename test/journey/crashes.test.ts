import { describe, expect, it } from 'vitest';
import type { FailureId } from '../../lib/failure/ids.ts';
import { buttonsOf, wordsOf } from './board.ts';
import { failedCheck } from './failed-check.ts';
import { type Step, steps } from './steps.ts';
import { cards, createWorld, killedAfter, type World } from './world.ts';

/**
 * A process is killed after each of its calls to the world in turn, at each step. Whatever that leaves, redelivery, the sweep,
 * and people who press what their card still offers, bring the journey to the same end.
 */

/** What one step does, as the process that does it. */
const acts: Record<Step, (world: World) => Promise<unknown>> = {
  [steps[0]]: (world) => world.ports.producer.send(failedCheck(world, 'run-1')),
  [steps[1]]: (world) => world.deliver('failures'),
  [steps[2]]: async (world) => {
    await world.deliver('notify');
    await world.deliver('learn');
  },
  [steps[3]]: async (world) => world.press('Acknowledge'),
  [steps[4]]: async (world) => world.press('Rollback & retry'),
  [steps[5]]: async (world) => {
    await world.deliver('recovery');
    await world.deliver('commands');
    await world.deliver('results');
  },
  [steps[6]]: async (world) => {
    await world.deliver('commands');
    await world.deliver('results');
    await world.deliver('notify');
    await world.deliver('learn');
  },
  [steps[7]]: async (world) => {
    world.clock.at += 60_000;
    await world.ports.producer.send(failedCheck(world, 'run-2'));
    await world.deliver('failures');
    await world.deliver('notify');
    await world.deliver('learn');
  },
};

/** The journey up to a step, with nothing lost; each step's own cards are shown before the next. */
async function upTo(step: Step): Promise<World> {
  const world = createWorld();
  for (const earlier of steps.slice(0, steps.indexOf(step))) {
    await acts[earlier](world);
    if (earlier === steps[3]) await world.deliver('notify');
    if (earlier === steps[6]) await world.deliverAll();
  }
  return world;
}

/** Senders, people and time go on, whatever happened: who got no answer sends again, who still sees a button presses it. */
async function goOn(world: World): Promise<void> {
  const minutes = 12;
  await world.ports.producer.send(failedCheck(world, 'run-1'));
  await world.letPass(minutes);
  for (const label of ['Acknowledge', 'Rollback & retry']) {
    const [only] = cards(world.messages);
    const isOffered = cards(world.messages).length === 1 && only && buttonsOf(only).some((one) => one.label === label);
    if (isOffered) await world.press(label);
    await world.letPass(minutes);
  }
  await world.ports.producer.send(failedCheck(world, 'run-2'));
  await world.letPass(minutes);
}

async function expectTheEnd(world: World): Promise<void> {
  expect(world.failureIds()).toHaveLength(1);
  const { failure, dues, parked } = await world.failure(world.failureIds()[0] as FailureId);
  expect(failure).toMatchObject({
    status: 'open',
    episode: 2,
    outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 1 }],
  });
  expect(await world.stores.ledger.group(failure.fingerprint)).toMatchObject({ count: 2, intents: {} });

  const runs = await world.stores.runs.list(failure.id);
  expect(world.runner.carriedOut).toEqual(runs.filter(({ state }) => state === 'succeeded').map(({ id }) => id));
  expect(world.runner.carriedOut).toHaveLength(1);
  expect(runs.every(({ state }) => state === 'succeeded' || state === 'cancelled')).toBe(true);

  const shown = cards(world.messages);
  expect(shown).toHaveLength(2);
  expect(wordsOf(shown[0] as (typeof shown)[number])).toContain('Newer card');
  expect(wordsOf(shown[1] as (typeof shown)[number])).toContain('Seen before: Rollback &amp; retry worked');
  expect(buttonsOf(shown[1] as (typeof shown)[number]).map(({ label }) => label)).toContain('Acknowledge');
  expect(wordsOf(shown[1] as (typeof shown)[number])).toContain('seen 2 times');
  const tokens = world.messages.map(({ token }) => token);
  expect(new Set(tokens).size).toBe(tokens.length);

  const [remembered] = await world.ports.memory.similar({ ...failure, id: 'F-ZZZZZZ' as FailureId }, 5);
  expect(remembered).toMatchObject({ failureId: failure.id, status: 'open', outcomes: failure.outcomes });
  expect([dues, parked]).toEqual([{}, undefined]);
  expect(await world.stores.attention.due(world.clock.at + 3_600_000, 100)).toEqual([]);
  expect(world.rejected.size).toBe(0);
  expect(Object.values(world.queues).flat()).toEqual([]);
}

describe('a process killed right there', () => {
  it.each(steps)('%s', async (step) => {
    for (let calls = 1, goesOn = true; goesOn; calls++) {
      const world = await upTo(step);
      goesOn = await killedAfter(world, calls, () => acts[step](world));
      await goOn(world);
      await expectTheEnd(world).catch((error: unknown) => {
        throw new Error(`killed after call ${calls}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      });
    }
  });
});

describe('hints between the functions', () => {
  it('may all be lost: the sweep alone brings the journey to its end', async () => {
    const world = createWorld();
    for (const step of steps) {
      await acts[step](world);
      for (const queue of ['notify', 'learn', 'recovery'] as const) world.queues[queue] = [];
      await world.letPass(12);
      if (step === steps[4]) break;
    }
    await world.ports.producer.send(failedCheck(world, 'run-2'));
    await world.deliver('failures');
    for (const queue of ['notify', 'learn'] as const) world.queues[queue] = [];
    await world.letPass(12);
    await expectTheEnd(world);
  });
});
