import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { type Fixture, startFixture } from './start-fixture.ts';

/** Each test has a host and queues of its own, so that all wait for their visibility timeouts at the same time. */
const withFixture = (name: string, test: (fixture: Fixture, expect: typeof import('vitest').expect) => Promise<void>) =>
  it.concurrent(name, async ({ expect }) => {
    const fixture = await startFixture();
    await test(fixture, expect).finally(fixture.stop);
  });

describe('messages of a queue', () => {
  withFixture(
    'come in one batch; only the failed one comes back after its visibility, then goes to the dead letters',
    async (fixture, expect) => {
      await fixture.send('one', 'fail', 'two');
      const seen = await fixture.receive('fixture-local-sink', 4);
      expect(seen.toSorted()).toEqual(['fail 1 of 3', 'fail 2 of 1', 'one 1 of 3', 'two 1 of 3']);
      expect(await fixture.receive('fixture-local-work-dlq', 1)).toEqual(['fail']);
      expect(await fixture.receive('fixture-local-sink', 1, 300)).toEqual([]);
    },
  );

  withFixture('all come back when the handler names one that was not in the batch', async (fixture, expect) => {
    await fixture.send('one', 'bad-id');
    const seen = await fixture.receive('fixture-local-sink', 4);
    expect(seen.toSorted()).toEqual(['bad-id 1 of 2', 'bad-id 2 of 2', 'one 1 of 2', 'one 2 of 2']);
    expect((await fixture.receive('fixture-local-work-dlq', 2)).toSorted()).toEqual(['bad-id', 'one']);
    expect(fixture.lines.join('\n')).toContain('batchItemFailures names not-in-this-batch');
  });

  withFixture('all come back when the handler throws', async (fixture, expect) => {
    await fixture.send('throw');
    expect(await fixture.receive('fixture-local-work-dlq', 1)).toEqual(['throw']);
    expect(
      fixture.lines.filter((line) => line.includes('Error: the whole batch') && line.includes('REPORT')),
    ).toHaveLength(2);
  });

  withFixture('come back when the handler is killed at its time limit', async (fixture, expect) => {
    await fixture.send('slow');
    expect(await fixture.receive('fixture-local-work-dlq', 1, 10_000)).toEqual(['slow']);
    expect(
      fixture.lines.filter(
        (line) => line.includes('Sandbox.Timedout: Task timed out after 1.00 seconds') && line.includes('REPORT'),
      ),
    ).toHaveLength(2);
  });

  withFixture('come back when the process dies, to a new process', async (fixture, expect) => {
    await fixture.send('die');
    expect(await fixture.receive('fixture-local-work-dlq', 1)).toEqual(['die']);
    await fixture.send('after');
    expect(await fixture.receive('fixture-local-sink', 1)).toEqual(['after 1 of 1']);
  });

  withFixture(
    'are delivered again when the process is killed before, or after, its first request',
    async (fixture, expect) => {
      const before = fixture.host.orderCrash('worker', { before: 1 });
      await fixture.send('one');
      expect(await fixture.receive('fixture-local-sink', 1)).toEqual(['one 2 of 1']);
      expect(before.hasHappened()).toBe(true);

      const after = fixture.host.orderCrash('worker', { after: 1 });
      await fixture.send('two');
      expect(await fixture.receive('fixture-local-sink', 2)).toEqual(['two 1 of 1', 'two 2 of 1']);
      expect(after.hasHappened()).toBe(true);
      await fixture.host.idle();
      expect(await fixture.receive('fixture-local-work-dlq', 1, 300)).toEqual([]);
    },
  );

  withFixture('are gathered for as long as the batching window is open', async (fixture, expect) => {
    await fixture.sendTo('fixture-local-gather', 'first');
    await delay(300);
    await fixture.sendTo('fixture-local-gather', 'second');
    expect((await fixture.receive('fixture-local-sink', 2)).toSorted()).toEqual(['first 1 of 2', 'second 1 of 2']);
  });

  withFixture('find a context that knows the time left', async (fixture, expect) => {
    await fixture.send('context');
    await fixture.receive('fixture-local-sink', 1);
    await fixture.host.idle();
    const [, left = ''] = /left (\d+) fixture-local-worker [0-9a-f-]{36}/.exec(fixture.lines.join('\n')) ?? [];
    expect(Number(left)).toBeGreaterThan(0);
    expect(Number(left)).toBeLessThanOrEqual(1000);
  });
});
