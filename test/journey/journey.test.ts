import { describe, expect, it } from 'vitest';
import type { FailureId } from '../../lib/failure/ids.ts';
import { buttonsOf, wordsOf } from './board.ts';
import { failedCheck } from './failed-check.ts';
import { type Step, steps, stepsOfTheDocument } from './steps.ts';
import { cards, createWorld, threadOf } from './world.ts';

it('is told step by step in docs/journey-of-a-failure.md, with these titles', () => {
  expect(stepsOfTheDocument()).toEqual([...steps]);
});

describe('the journey of a failure', () => {
  const world = createWorld();
  let id: FailureId;
  const failure = async () => (await world.failure(id)).failure;
  const card = (index = -1) => {
    const found = cards(world.messages).at(index);
    if (!found) throw new Error('no card');
    return found;
  };
  const labels = () => buttonsOf(card()).map(({ label }) => label);
  const step = (title: Step, run: () => Promise<void>) => it(title, run);

  step(steps[0], async () => {
    await world.ports.producer.send(failedCheck(world, 'run-1'));
    // The answer was lost, so the sender sends it again: same id, same signal.
    await world.ports.producer.send(failedCheck(world, 'run-1'));
    expect(world.queues.failures).toHaveLength(2);
    expect(JSON.parse(world.queues.failures[0]?.body ?? '')).toMatchObject({
      component: 'shop',
      summary: '`npm test` failed (exit 1)',
      error: { type: 'TypeError', exitCode: 1 },
    });
  });

  step(steps[1], async () => {
    await world.deliver('failures');
    const [only, ...others] = world.failureIds();
    expect(others).toEqual([]);
    id = only as FailureId;
    const stored = await world.failure(id);
    expect(stored.failure).toMatchObject({ status: 'open', level: 3, episode: 1, version: 1, component: 'shop' });
    expect(stored.failure.levelReasons).toContain('2 tests fail');
    expect(stored.dues).toMatchObject({ show: world.clock.at, learn: world.clock.at });
    const group = await world.stores.ledger.group(stored.failure.fingerprint);
    expect(group).toMatchObject({ failureId: id, count: 1, intents: {} });
    expect(world.queues.notify.length).toBeGreaterThan(0);
    expect(world.rejected.size).toBe(0);
  });

  step(steps[2], async () => {
    await world.deliverAll();
    expect(cards(world.messages)).toHaveLength(1);
    expect(wordsOf(card())).toContain('Major: Shop');
    expect(wordsOf(card())).toContain('Why level 3: 2 tests fail');
    expect(wordsOf(card())).toContain(`*${id}* · seen once`);
    expect(labels()).toEqual(['Acknowledge', 'Rollback & retry', 'Workaround…', 'Resolve…', 'More…']);
    expect((await world.failure(id)).dues).toEqual({});
    expect(
      (await world.ports.memory.similar({ ...(await failure()), id: 'F-000000' as FailureId }, 5)).at(0),
    ).toMatchObject({
      failureId: id,
      status: 'open',
    });
  });

  step(steps[3], async () => {
    expect(await world.press('Acknowledge', 'U0ANA')).toBeUndefined();
    expect(await failure()).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'U0ANA' });
    // The card still shows the button: whoever presses it second is told who was first.
    expect(await world.press('Acknowledge', 'U0BEN')).toMatchObject({
      text: expect.stringContaining(`${id} is already acknowledged, by <@U0ANA>`),
    });
    await world.deliverAll();
    expect(wordsOf(card())).toContain('*Acknowledged* by <@U0ANA>');
    expect(labels()).toEqual(['Rollback & retry', 'Workaround…', 'Diagnose', 'Resolve…', 'More…']);
    expect(threadOf(world.messages, card()).map(wordsOf)).toEqual([
      expect.stringContaining('Gate shut: Shop. Fix item W-'),
      expect.stringContaining('Acknowledged'),
    ]);
  });

  step(steps[4], async () => {
    expect(await world.press('Rollback & retry')).toBeUndefined();
    const [run, ...others] = await world.stores.runs.list(id);
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      state: 'requested',
      runner: 'demo',
      workTree: 'shop',
      requestedBy: 'U0ANA',
      episode: 1,
    });
    expect(await failure()).toMatchObject({ status: 'recovering', runId: run?.id });
    expect(await world.press('Rollback & retry', 'U0BEN')).toMatchObject({
      text: expect.stringContaining('already under way'),
    });
    expect(await world.stores.runs.list(id)).toHaveLength(1);
  });

  step(steps[5], async () => {
    const state = async () => (await world.stores.runs.list(id))[0]?.state;
    await world.deliver('recovery');
    await world.deliver('commands');
    expect(await state()).toBe('requested');
    expect(world.runner.carriedOut).toEqual([]);
    // Somebody else's report, and a report that was changed on its way.
    const ready = JSON.parse(world.queues.results[0]?.body ?? '');
    const forged = { ...ready, payload: ready.payload.replace('"total":1', '"total":2') };
    world.queues.results.unshift({ id: 'forged', body: JSON.stringify(forged), at: world.clock.at, receives: 0 });
    await world.deliver('results');
    expect([...world.rejected.values()].map(({ reason }) => reason)).toEqual(['forged_report']);
    expect(await state()).toBe('running');
    expect(world.queues.commands).toHaveLength(1);
    // SQS may deliver it twice.
    world.queues.commands.push({ ...(world.queues.commands[0] as (typeof world.queues.commands)[number]) });
    await world.deliver('commands');
    expect(world.runner.carriedOut).toHaveLength(1);
  });

  step(steps[6], async () => {
    await world.deliverAll();
    const [run] = await world.stores.runs.list(id);
    expect(run).toMatchObject({ state: 'succeeded', reason: 'Rolled 1 path back to checkpoint working.' });
    expect(run?.steps.map(({ name }) => name)).toEqual(['Save everything', 'Roll back', 'Check']);
    expect(await failure()).toMatchObject({
      status: 'resolved',
      how: 'recovery',
      resolvedBy: 'runner:demo',
      outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 1 }],
    });
    expect(wordsOf(card())).toContain('*Resolved* by a recovery that was verified');
    expect(labels()).toEqual(['Reopen', 'Edit report…']);
    const thread = threadOf(world.messages, card()).map(wordsOf).join('\n');
    expect(thread).toContain(`refs/kintsugi/before-recovery/${run?.id}`);
    expect(thread).toContain('Rollback & retry worked, so this is resolved');
    // Another component fails alike: its card names what helped here.
    await world.ports.producer.send(failedCheck(world, 'run-2', 'shop-mirror'));
    await world.deliverAll();
    expect(wordsOf(card())).toContain(`Most like it ${id}`);
    expect(wordsOf(card())).toContain('(Rollback & retry worked)');
  });

  step(steps[7], async () => {
    world.clock.at += 60_000;
    await world.ports.producer.send(failedCheck(world, 'run-3'));
    await world.deliverAll();
    expect(await failure()).toMatchObject({
      status: 'open',
      episode: 2,
      pastEpisodes: [{ episode: 1, how: 'recovery' }],
    });
    const [first, , second] = cards(world.messages);
    expect(cards(world.messages)).toHaveLength(3);
    expect(second && wordsOf(second)).toContain('Major: Shop · again');
    expect(second && wordsOf(second)).toContain('Seen before: Rollback &amp; retry worked');
    expect(second && wordsOf(second)).toContain(`p${first?.ts}|Earlier card>`);
    expect(first && wordsOf(first)).toContain('Major: Shop · resolved');
    expect(first && wordsOf(first)).toContain(`p${second?.ts}|Newer card>`);
    expect(first && buttonsOf(first)).toEqual([]);
    expect(await world.stores.ledger.group((await failure()).fingerprint)).toMatchObject({ count: 2, intents: {} });
    const timeline = await world.stores.failures.timeline(id);
    expect(timeline.map(({ kind }) => kind)).toEqual([
      'opened',
      'responded',
      'acknowledged',
      'recovery-requested',
      'recovery-succeeded',
      'responded',
      'recurred',
      'responded',
    ]);
    await world.letPass(3);
    expect((await world.failure(id)).dues).toEqual({});
    expect(await world.stores.attention.due(world.clock.at + 3_600_000, 100)).toEqual([]);
  });
});
