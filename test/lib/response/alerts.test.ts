import { describe, expect, it } from 'vitest';
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
      { alert: { level: 5, status: 'open', permalink: 'https://slack.example/ts1', mention: ['U012345'] } },
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
