import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../../lib/failure/failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { recoverySucceeded } from '../../../lib/failure/moves/by-recovery.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import type { ShowPorts } from '../../../lib/response/show-failure.ts';
import { freshWord, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.slack.faults.clear());
afterAll(() => world.close());

const cards = (id: FailureId) => world.posts('shop', id).filter(({ threadTs }) => threadTs === undefined);
const replies = (id: FailureId) => world.posts('shop', id).filter(({ threadTs }) => threadTs !== undefined);
const resolve = (failureId: FailureId) => resolveFailure(world, { failureId, by: world.slack.users.ada?.id ?? '' });

/** Dies at the n-th thing it does to Slack or the table, before it or after it. */
function mortal(at: number, when: 'before' | 'after'): { ports: Partial<ShowPorts>; isDead: () => boolean } {
  let done = 0;
  let dead = false;
  const wrap = <T extends object>(port: T, watched: string[]): T =>
    new Proxy(port, {
      get: (target, name) => {
        const call = target[name as keyof T];
        if (typeof call !== 'function') return call;
        return async (...given: unknown[]) => {
          if (dead) throw new Error('killed');
          const hit = watched.includes(String(name)) && ++done === at;
          if (hit && when === 'before') dead = true;
          if (dead) throw new Error('killed');
          const answer = await call.apply(target, given);
          if (hit) dead = true;
          if (dead) throw new Error('killed');
          return answer;
        };
      },
    });
  return {
    ports: {
      failures: wrap(world.stores.failures, ['leaseCard', 'saveCard', 'clearDues', 'addDue']),
      board: wrap(world.board(), ['post', 'edit', 'permalink']),
    },
    isDead: () => dead,
  };
}

describe('a card is posted once', () => {
  it('when the answer to the post is lost', async () => {
    world.slack.faults.add({ kind: 'lost_answer', method: 'chat.postMessage', times: 1 });
    const id = await world.signal({});
    await world.run(300);
    expect(cards(id)).toHaveLength(1);
    expect((await world.stores.failures.get(id))?.dues.show).toBeUndefined();
  });

  it('when Slack breaks before it posts: looked for, and posted a minute later', async () => {
    world.slack.faults.add({ kind: 'http_error', method: 'chat.postMessage', status: 503, times: 1 });
    const id = await world.signal({});
    await world.run(30);
    expect(cards(id)).toHaveLength(0);
    await world.run(120);
    expect(cards(id)).toHaveLength(1);
  });

  it('when Slack’s history lags over a minute behind a lost answer: the late copy is removed', async () => {
    world.slack.faults.add({ kind: 'lost_answer', method: 'chat.postMessage', times: 1 });
    const id = await world.signal({});
    const board = world.board();
    let blindLooks = 2;
    const lagging = {
      ...board,
      find: async (...given: Parameters<typeof board.find>) =>
        blindLooks-- > 0 ? { kind: 'ok' as const, value: [] } : board.find(...given),
    };
    await world.notify(id, { board: lagging });
    world.clock.now += 61_000;
    await world.notify(id, { board: lagging });
    expect(cards(id)).toHaveLength(2);
    world.clock.now += 61_000;
    await world.notify(id, { board: lagging });
    expect(cards(id)).toHaveLength(1);
    // The one that stayed is the one that is edited from now on.
    await resolve(id);
    await world.notify(id);
    expect(JSON.stringify(cards(id)[0]?.blocks)).toContain('Resolved');
  });

  it('when hints come twice, and when several are handled at the same time', async () => {
    const id = await world.signal({});
    await Promise.all(Array.from({ length: 6 }, () => world.notify(id, { board: world.board() })));
    await Promise.all([world.notify(id), world.notify(id)]);
    expect(cards(id)).toHaveLength(1);
    await Promise.all([resolve(id), ...Array.from({ length: 4 }, () => world.notify(id, { board: world.board() }))]);
    await world.run(5);
    expect(cards(id)).toHaveLength(1);
    expect(replies(id)).toHaveLength(1);
    expect(JSON.stringify(cards(id)[0]?.blocks)).toContain('Resolved');
    expect((await world.stores.failures.get(id))?.dues.show).toBeUndefined();
  });

  for (const when of ['before', 'after'] as const) {
    it(`when notify dies right ${when} each thing that it does`, async () => {
      let survived = false;
      for (let at = 1; !survived; at++) {
        const id = await world.signal({});
        const first = mortal(at, when);
        await world.notify(id, first.ports).catch(() => undefined);
        // Somebody resolves it meanwhile; that invocation dies at the same place.
        await resolve(id);
        world.clock.now += 61_000;
        const second = mortal(at, when);
        await world.notify(id, second.ports).catch(() => undefined);
        // The sweep comes a minute later, and again.
        for (let minute = 0; minute < 3; minute++) {
          world.clock.now += 61_000;
          await world.notify(id);
        }
        expect({ at, cards: cards(id).length, replies: replies(id).length }).toEqual({ at, cards: 1, replies: 1 });
        expect(JSON.stringify(cards(id)[0]?.blocks)).toContain('Resolved');
        expect((await world.stores.failures.get(id))?.dues.show).toBeUndefined();
        survived = !first.isDead() && !second.isDead();
        expect(at).toBeLessThan(40);
      }
    });
  }

  for (const when of ['before', 'after'] as const) {
    it(`with its recovery and its next episode, when notify dies right ${when} each thing that it does`, async () => {
      let survived = false;
      for (let at = 1; !survived; at++) {
        const summary = `Cart of ${freshWord()} is wrong`;
        const id = await world.signal({ summary });
        await world.notify(id);
        const by = world.slack.users.mei?.id ?? '';
        const asked = await requestRecovery(world, { failureId: id, by, strategy: 'rollback-and-retry', episode: 1 });
        if (asked.kind !== 'requested') throw new Error(asked.because);
        const first = mortal(at, when);
        await world.notify(id, first.ports).catch(() => undefined);
        const { failure: recovering } = (await world.stores.failures.get(id)) ?? { failure: undefined };
        if (!recovering) throw new Error('lost');
        const move = { by: 'runner:demo', at: world.now(), actionId: world.ids.actionId() };
        const ended = recoverySucceeded(recovering, { ...move, runId: asked.run.id, strategy: 'rollback-and-retry' });
        await world.stores.failures.saveState(ended.failure, {
          expectedVersion: recovering.version,
          dues: { show: 0 },
        });
        world.clock.now += 61_000;
        await world.signal({ summary });
        const second = mortal(at, when);
        await world.notify(id, second.ports).catch(() => undefined);
        for (let minute = 0; minute < 4; minute++) {
          world.clock.now += 61_000;
          await world.notify(id);
        }
        const [old, again, ...more] = cards(id);
        expect({ at, more }).toEqual({ at, more: [] });
        const link = async (card = old) => card && world.board().permalink(card);
        expect(JSON.stringify(old?.blocks)).toContain(await link(again));
        expect(JSON.stringify(again?.blocks)).toContain(await link(old));
        expect(JSON.stringify(again?.blocks)).toContain('Seen before: Rollback &amp; retry worked*');
        const thread = old ? world.slack.act('mei').thread(old).slice(1) : [];
        expect({ at, thread: thread.map(({ text }) => text.replace(/ (\(R-|·).*/, '')) }).toEqual({
          at,
          thread: [
            'Rollback &amp; retry: Shop, waiting for the runner',
            '✅ Rollback &amp; retry worked, so this is resolved',
          ],
        });
        expect((await world.stores.failures.get(id))?.dues.show).toBeUndefined();
        survived = !first.isDead() && !second.isDead();
        expect(at).toBeLessThan(40);
      }
    });
  }

  it('when it was deleted by somebody, it is posted anew without calling again', async () => {
    const id = await world.signal({});
    await world.run();
    const [card] = cards(id);
    if (!card) throw new Error('no card');
    await world.board().remove(card);
    await resolve(id);
    await world.run(10);
    expect(cards(id)).toHaveLength(1);
    expect(cards(id)[0]?.notified).toEqual([]);
  });
});

describe('Slack’s limits', () => {
  it('delays a card that Slack has no room for, without an error and without another call meanwhile', async () => {
    world.slack.faults.add({ kind: 'rate_limited', method: 'chat.postMessage', retryAfterSeconds: 20, times: 1 });
    const id = await world.signal({});
    await world.run(10);
    expect(cards(id)).toHaveLength(0);
    expect((await world.stores.failures.get(id))?.dues.show).toBeDefined();
    await world.run(60);
    expect(cards(id)).toHaveLength(1);
    expect((await world.stores.failures.get(id))?.dues.show).toBeUndefined();
  });

  it('delays an edit and shows the newest state once there is room', async () => {
    const id = await world.signal({});
    await world.run();
    world.slack.faults.add({ kind: 'rate_limited', method: 'chat.update', retryAfterSeconds: 7, times: 1 });
    await resolve(id);
    await world.run(60);
    expect(JSON.stringify(cards(id)[0]?.blocks)).toContain('Resolved');
  });

  it('keeps the due of what no channel takes, and loses nothing', async () => {
    world.slack.faults.add({ kind: 'platform_error', method: 'chat.postMessage', error: 'restricted_action' });
    const id = await world.signal({});
    await world.run(10);
    expect((await world.stores.failures.get(id))?.dues.show).toBeDefined();
    world.slack.faults.clear();
    await world.notify(id);
    const stored: Failure = await world.failure(id);
    expect([...world.posts('shop', id), ...world.posts('failures', id)]).toHaveLength(1);
    expect(stored.status).toBe('open');
  });
});
