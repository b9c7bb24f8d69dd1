import { describe, expect, it } from 'vitest';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { startShow } from './shown.ts';

const policy = Policy.parse({
  version: 1,
  channels: { default: 'C0123456', emergency: ['C0999999'] },
  owner: 'U012345',
  levels: { 3: { channel: 'C0333333' } },
});
const down = { severity: 5, environment: 'production', state: { system: 'down' } } as const;

describe('other channels', () => {
  it('are told of the worst once, however often it is shown, with who is called', async () => {
    const world = startShow();
    const id = await world.signal(down);
    for (let round = 0; round < 3; round++) await world.show(id, { policy });
    const alerts = world.calls.filter(({ what, content }) => what === 'post' && content?.kind === 'alert');
    expect(alerts.map(({ content }) => content)).toMatchObject([
      { alert: { level: 5, status: 'open', permalink: 'https://slack.example/ts1' } },
    ]);
  });

  it('that take no message are asked again only when there is something else to say', async () => {
    const world = startShow();
    const id = await world.signal(down);
    world.slack.answer = ({ what, content }) =>
      what === 'post' && content?.kind === 'alert' ? { kind: 'refused', code: 'restricted_action' } : undefined;
    const tried = () => world.calls.filter(({ what, content }) => what === 'post' && content?.kind === 'alert').length;
    for (let round = 0; round < 3; round++) {
      await world.stores.failures.addDue(id, 'show', world.clock.now);
      await world.show(id, { policy });
    }
    expect(tried()).toBe(1);
    expect((await world.stores.failures.get(id))?.dues.show).toBeUndefined();
  });

  it('of a level to which a standing card was raised are told where it is', async () => {
    const world = startShow();
    const id = await world.signal({ severity: 2 });
    await world.show(id, { policy });
    await world.signal({ severity: 3, customerImpacting: true });
    await world.show(id, { policy });
    const alerts = world.calls.filter(({ what, content }) => what === 'post' && content?.kind === 'alert');
    expect(alerts.map(({ content }) => content)).toMatchObject([{ alert: { failureId: id, level: 3 } }]);
    expect(world.calls.filter(({ what, content }) => what === 'post' && content?.kind === 'card')).toHaveLength(1);
  });
});

describe('whoever is to know', () => {
  const called = (world: ReturnType<typeof startShow>) =>
    world.calls
      .filter(({ what }) => what === 'post')
      .flatMap(({ content }) => {
        const one = content && Object.values(content)[1];
        return (one && typeof one === 'object' && 'mention' in one ? (one.mention as string[]) : []).map(
          (mention) => `${content?.kind} ${mention}`,
        );
      });
  const emergency = (mention: string[], ours?: string[]) =>
    Policy.parse({
      version: 1,
      channels: { default: 'C0123456', emergency: ['C0999999', 'C0888888'] },
      owner: 'U012345',
      levels: { 5: { mention } },
      components: { shop: ours ? { levels: { 5: { mention: ours } } } : {} },
    });

  it('is called once for a new level 5, in however many channels it is told', async () => {
    const world = startShow();
    const id = await world.signal(down);
    await world.show(id, { policy: emergency(['@oncall']) });
    expect(called(world)).toEqual(['card @oncall']);
  });

  it('is called in the other channel when the card calls somebody else, and once though policy writes them in two ways', async () => {
    const world = startShow();
    const id = await world.signal(down);
    await world.show(id, { policy: emergency(['S0ONCALL', '@oncall', 'U0BOSS1'], ['U0SHOP1', '@oncall']) });
    expect(called(world)).toEqual(['card U0SHOP1', 'card @oncall', 'alert U0BOSS1']);
  });

  it('is called when a person raises the level, and not when they lower it', async () => {
    const world = startShow();
    const id = await world.signal({ severity: 2 });
    await world.show(id, { policy });
    expect(called(world)).toEqual([]);
    await regradeFailure(world.ports, { failureId: id, level: 4, reason: 'every customer is hit', by: 'U0OTHER1' });
    await world.show(id, { policy });
    expect(called(world)).toEqual(['entry U012345']);
    await regradeFailure(world.ports, { failureId: id, level: 3, reason: 'not that bad', by: 'U0OTHER1' });
    await world.show(id, { policy });
    expect(called(world)).toEqual(['entry U012345']);
  });

  it('is not called by their own word', async () => {
    const world = startShow();
    const id = await world.signal({ severity: 2 });
    await world.show(id, { policy });
    await regradeFailure(world.ports, { failureId: id, level: 4, reason: 'every customer is hit', by: 'U012345' });
    await world.show(id, { policy });
    expect(called(world)).toEqual([]);
  });

  it('is called once when it got worse twice before that was shown', async () => {
    const world = startShow();
    const id = await world.signal({ severity: 2 });
    await world.show(id, { policy });
    for (const level of [3, 5] as const) {
      await regradeFailure(world.ports, { failureId: id, level, reason: 'worse', by: 'U0OTHER1' });
    }
    await world.show(id, { policy });
    expect(called(world)).toEqual(['entry U012345']);
  });
});

describe('a message in another channel that somebody took down', () => {
  it('stays down', async () => {
    const world = startShow();
    const id = await world.signal(down);
    await world.show(id, { policy });
    const alerts = () => world.calls.filter(({ what, content }) => what === 'post' && content?.kind === 'alert').length;
    world.slack.answer = ({ what, content }) =>
      what === 'edit' && content?.kind === 'alert' ? { kind: 'gone' } : undefined;
    for (const level of [4, 2] as const) {
      await regradeFailure(world.ports, { failureId: id, level, reason: 'better', by: 'U0OTHER1' });
      await world.show(id, { policy });
    }
    expect(alerts()).toBe(1);
  });
});
