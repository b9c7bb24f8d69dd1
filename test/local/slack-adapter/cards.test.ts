import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const blocksOf = (message: { blocks?: unknown } | undefined) => JSON.stringify(message?.blocks);

describe('a failure on Slack', () => {
  it('gets one card in its channel, which calls the owner once, and joins the channel by itself', async () => {
    const id = await world.signal({ summary: 'Orders answer 500' });
    await world.run();
    const [card, ...others] = world.posts('shop', id);
    expect(others).toEqual([]);
    expect(card?.text).toContain('failure in Shop: Orders answer 500');
    expect(card?.notified).toEqual(world.slack.userGroups['shop-team']?.members);
    await world.run(600);
    expect(world.posts('shop', id)).toHaveLength(1);
  });

  it('has no card at level 1, one without a call at level 2, and a rollback button from level 3 on', async () => {
    const trivial = await world.signal({ component: 'docs', summary: 'Typo in the documentation', severity: 1 });
    const minor = await world.signal({ component: 'docs', summary: 'Search of one page is slow', severity: 2 });
    const critical = await world.signal({ summary: 'Data corruption: system will not start', severity: 4 });
    expect((await world.failure(trivial)).level).toBe(1);
    expect((await world.failure(minor)).level).toBe(2);
    expect((await world.failure(critical)).level).toBeGreaterThanOrEqual(4);
    await world.run();
    expect(world.posts('failures', trivial)).toEqual([]);
    expect(world.posts('failures', minor)[0]?.notified).toEqual([]);
    const [card] = world.posts('shop', critical);
    expect(blocksOf(world.posts('failures', minor)[0])).not.toContain('Rollback & retry');
    expect(blocksOf(card)).toContain('Rollback & retry');
  });

  it('falls back to the default channel when its own is not there or closed to the app', async () => {
    const gone = await world.signal({ component: 'nowhere' });
    const closed = await world.signal({ component: 'vault' });
    await world.run();
    expect(world.posts('failures', gone)).toHaveLength(1);
    expect(world.posts('failures', closed)).toHaveLength(1);
  });

  it('shows each step of its life on the card and tells it in order in the thread', async () => {
    const id = await world.signal({});
    await world.run();
    const card = world.posts('shop', id)[0];
    if (!card) throw new Error('no card');
    const ada = world.slack.act('ada');
    expect(await ada.click(card, 'Acknowledge')).toEqual({ ok: true });
    await world.run();
    expect(blocksOf(world.posts('shop', id)[0])).toContain('Acknowledged');
    // Who was called for it stays there to be read, though the edit has taken the place of the post.
    const team = `<!subteam^${world.slack.userGroups['shop-team']?.id}>`;
    expect(blocksOf(world.posts('shop', id)[0])).toContain(`Called: ${team}.`);
    expect(blocksOf(world.posts('shop', id)[0])).not.toContain('please have a look');
    expect(await ada.click(card, 'Resolve…')).toEqual({ ok: true });
    expect(await ada.submit({})).toEqual({ ok: true });
    await world.run();
    expect(await ada.click(card, 'Reopen')).toEqual({ ok: true });
    await world.run();
    const thread = ada.thread(card).slice(1);
    expect(thread.map(({ text }) => text.replace(/ · .*/, ''))).toEqual([
      '🙋 Acknowledged',
      '✅ Resolved by hand',
      '↩️ Reopened',
    ]);
    expect(thread[0]?.text).toContain(' · ada');
    // Nobody is rung for what they did themselves.
    expect(
      world
        .posts('shop', id)
        .slice(1)
        .flatMap(({ notified }) => notified),
    ).toEqual([]);
    expect(blocksOf(world.posts('shop', id)[0])).not.toContain('Reopen"');
    expect(world.posts('shop', id).filter(({ threadTs }) => threadTs === undefined)).toHaveLength(1);
  });

  it('shows the count at most once a minute, and the last count in the end', async () => {
    const summary = 'Burst of orders failed';
    const id = await world.signal({ summary });
    await world.run();
    const seen = new Set<string>();
    for (let second = 0; second < 150; second += 10) {
      await world.signal({ summary });
      await world.run(10);
      seen.add(/seen (\w+)/.exec(blocksOf(world.posts('shop', id)[0]) ?? '')?.[1] ?? '');
    }
    await world.run(120);
    expect(seen.size).toBeLessThanOrEqual(4);
    expect(blocksOf(world.posts('shop', id)[0])).toContain('seen 16 times');
    expect((await world.stores.failures.get(id))?.dues).not.toMatchObject({ counts: expect.anything() });
  });

  it('rings the owner again when its level is raised', async () => {
    const summary = 'Search page of the catalogue is slow';
    const id = await world.signal({ summary, severity: 2 });
    const { level, version } = await world.failure(id);
    await world.run();
    await world.stores.failures.saveState(
      {
        ...(await world.failure(id)),
        level: 3,
        version: version + 1,
        lastAction: { id: 'raise', by: 'system:ingest', at: new Date(world.clock.now).toISOString() },
        latestEntry: {
          version: version + 1,
          at: new Date(world.clock.now).toISOString(),
          by: 'system:ingest',
          kind: 'level-raised',
          text: `Level raised from ${level} to 3: core feature broken`,
        },
      },
      { expectedVersion: version, dues: { show: world.clock.now } },
    );
    await world.notify(id);
    const [card, raised] = world.posts('shop', id);
    expect(card?.notified).toEqual([]);
    expect(raised?.notified).toEqual(world.slack.userGroups['shop-team']?.members);
  });

  it('opens a new card when it happens again, and the two link each other', async () => {
    const summary = 'Cart total is wrong';
    const id = await world.signal({ summary });
    await world.run();
    const first = world.posts('shop', id)[0];
    if (!first) throw new Error('no card');
    await world.slack.act('mei').click(first, 'Resolve…');
    await world.slack.act('mei').submit({});
    world.clock.now += 60_000;
    // The signal comes before the resolution was shown: the old thread is still told to its end.
    expect(await world.signal({ summary })).toBe(id);
    await world.run();
    const cards = world.posts('shop', id).filter(({ threadTs }) => threadTs === undefined);
    expect(cards).toHaveLength(2);
    const [old, again] = cards.map(blocksOf);
    const links = await Promise.all(cards.map((card) => world.board().permalink(card)));
    expect(old).toContain('Resolved');
    expect(old).toContain(links[1]);
    expect(again).toContain('Seen before');
    expect(again).toContain(links[0]);
    expect(
      world.slack
        .act('mei')
        .thread(first)
        .slice(1)
        .map(({ text }) => text),
    ).toEqual([expect.stringContaining('Resolved by hand')]);
    // The old card's state is final: a late click on what used to be there says so.
    expect(blocksOf(cards[0])).not.toContain('kintsugi.');
  });
});
