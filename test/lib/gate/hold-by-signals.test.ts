import { expect, it } from 'vitest';
import { memoryFailureStore } from '../../../lib/adapters/memory/failure-store.ts';
import { holdBySignals } from '../../../lib/gate/hold-by-signals.ts';
import { openGate } from '../../../lib/gate/open-gate.ts';
import { Signal } from '../../../lib/signal/signal.ts';
import { at, failed, failureId, gateWorld } from './gate-samples.ts';

const said = (minute: number, details: string) =>
  Signal.parse({ version: 1, id: 's', occurredAt: at(minute), component: 'agent', summary: 'Ended', details });

function world() {
  const failures = memoryFailureStore();
  const { ports, goTo, holders } = gateWorld();
  const all = { ...ports, failures, log: () => {} };
  const group = { failureId, count: 1, lastSeenAt: at(0) };
  const hear = async (minute: number, details: string, given: Partial<typeof group> = {}) => {
    goTo(minute);
    await holdBySignals(all, { ...group, ...given }, [said(minute, details)]);
  };
  return { ports: all, failures, goTo, holders, hear };
}

it('holds until the end that the latest signal names, although its failure stays as it is', async () => {
  const { hear, holders } = world();
  await hear(0, 'usage limit reached: try again in 1 hour');
  await hear(30, 'usage limit reached: try again in 2 hours');
  expect(await holders()).toMatchObject([{ scope: 'account:claude', until: at(150) }]);
});

it('shuts again what was opened, by a signal from after it and by none from before', async () => {
  const { ports, hear, holders, goTo } = world();
  await hear(0, 'usage limit reached');
  goTo(20);
  await openGate(ports, { scope: 'account:claude', by: 'U1' });
  await holdBySignals(ports, { failureId, count: 2, lastSeenAt: at(0) }, [said(10, 'usage limit reached')]);
  expect(await holders()).toEqual([]);
  await hear(21, 'usage limit reached');
  expect(await holders()).toHaveLength(1);
});

it('tries one at a time when the same unknown failure comes back within the hour, and not when it comes later', async () => {
  const { hear, holders } = world();
  await hear(5, 'TypeError', { count: 0 });
  await hear(90, 'TypeError', { lastSeenAt: at(5) });
  expect(await holders()).toEqual([]);
  await hear(95, 'TypeError', { lastSeenAt: at(90) });
  expect(await holders()).toMatchObject([{ scope: 'agent', mode: 'canary', cause: 'other' }]);
});

it('holds nothing for a straggler of a failure that is over, nor for one of yesterday', async () => {
  const { ports, failures, hear, holders, goTo } = world();
  goTo(200);
  await holdBySignals(ports, { failureId, count: 1, lastSeenAt: at(0) }, [said(0, 'usage limit reached')]);
  const resolved = { status: 'resolved', resolvedAt: at(220), resolvedBy: 'U1', how: 'person' } as const;
  await failures.open(failed(resolved as Parameters<typeof failed>[0]), {});
  await hear(210, 'usage limit reached');
  expect(await holders()).toEqual([]);
});

it('writes no more than once a minute in a storm', async () => {
  const { ports, hear, holders } = world();
  await hear(0, 'usage limit reached');
  const [first] = await holders();
  const later = new Date(Date.parse(at(0)) + 59_000);
  await holdBySignals({ ...ports, now: () => later }, { failureId, count: 9, lastSeenAt: at(0) }, [
    { ...said(0, 'usage limit reached'), occurredAt: later.toISOString() },
  ]);
  expect(await holders()).toEqual([first]);
});
