import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.slack.faults.clear();
  while (ada().modals().length > 0) await ada().closeModal();
});

const ada = () => world.slack.act('ada');
const modal = () => JSON.stringify(ada().modals().at(-1) ?? {});

async function openMore(): Promise<FailureId> {
  const id = await world.signal({});
  await world.notify(id);
  const [card] = world.posts('shop', id);
  if (!card) throw new Error(`no card of ${id}`);
  await ada().click(card, 'More…');
  return id;
}

describe('a press in a form', () => {
  it('that breaks on our side says so in the form', async () => {
    await openMore();
    const { list } = world.stores.runs;
    world.stores.runs.list = async () => {
      throw new Error('the table is away');
    };
    try {
      await ada().click('modal', 'Diagnose');
    } finally {
      world.stores.runs.list = list;
    }
    expect(modal()).toContain('Something broke on our side');
  });

  it('whose further form Slack refuses says so in the form', async () => {
    await openMore();
    world.slack.faults.add({ kind: 'platform_error', method: 'views.push', error: 'push_limit_reached' });
    await ada().click('modal', 'Re-grade…');
    expect(modal()).toContain('Slack did not open the form (push_limit_reached)');
  });

  it('that Slack does not let the form show is answered in a direct message', async () => {
    const id = await openMore();
    const before = world.lines.length;
    world.slack.faults.add({ kind: 'platform_error', method: 'views.update', error: 'not_found' });
    await ada().click('modal', 'Diagnose');
    expect(await world.stores.runs.list(id)).toHaveLength(1);
    expect(world.lines.slice(before).join('\n')).not.toContain('no way to answer');
  });
});

describe('/failure export to a Slack that is slow', () => {
  it('answers in time with what got there, and says where all of it is', async () => {
    const stack = (letter: string) => Array.from({ length: 500 }, () => `at ${letter.repeat(24)}`).join('\n');
    const id = await world.signal({ details: stack('d'), error: { message: 'x', stack: stack('s') } });
    world.slack.faults.add({ kind: 'http_error', method: 'response_url', status: 503 });
    await ada().command('general', `/failure export ${id}`);
    const said = JSON.stringify(ada().ephemerals().at(-1));
    expect(said).toContain('(1 of ');
    expect(said).toContain('SLACK WAS TOO SLOW FOR');
    expect(said).toContain(`kintsugi export ${id} prints all of it`);
  });
});
