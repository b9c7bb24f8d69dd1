import { describe, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import type { MemoryWorld } from '../../../lib/adapters/memory/world.ts';
import { recordSignals } from '../../../lib/failure/record-signals.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { Board } from '../../../lib/response/board.ts';
import { showFailure } from '../../../lib/response/show-failure.ts';
import { fingerprint } from '../../../lib/signal/fingerprint.ts';
import type { Signal } from '../../../lib/signal/signal.ts';
import { type Actor, isFull, type Life, type Scenario, stepwise, walkEveryOrder } from './interleaving.ts';
import { openFailure, signal } from './samples.ts';

const began = Date.parse('2026-11-03T12:00:00.000Z');
const policy = Policy.parse({ version: 1, channels: { default: 'C0123456' } });
const board: Board = {
  channelId: async () => ({ kind: 'ok', value: 'C0123456' }),
  post: async () => ({ kind: 'ok', value: '1.1' }),
  edit: async () => ({ kind: 'ok', value: undefined }),
  find: async () => ({ kind: 'ok', value: [] }),
  remove: async () => ({ kind: 'ok', value: undefined }),
  ringOf: async (mention) => mention,
  isForAll: async () => true,
  permalink: async () => undefined,
};

const only = <T extends object>(store: T, verbs: (keyof T)[]) =>
  Object.fromEntries(verbs.map((verb) => [verb, store[verb]])) as Partial<T>;

const failure = openFailure({ component: 'c', fingerprint: fingerprint(signal({ component: 'c' })).fingerprint });
const [first, ...later] = ['s0', 's1', 's2'].map((id) => signal({ id, component: 'c' }));

/** Every call of these stores is a step that has a name. Blind: looks at the group once, and believes it from then on. */
function portsFor({ run, step }: Life, name: string, { stores, at, isBlind = false }: Setting) {
  const { failures, ledger } = stores;
  let seen: ReturnType<typeof ledger.group> | undefined;
  const group: typeof ledger.group = (one) => {
    const answer = (isBlind && seen) || ledger.group(one);
    seen = answer;
    return answer;
  };
  return {
    ...stores,
    failures: { ...failures, ...stepwise(only(failures, ['addDue', 'clearDues']), step) },
    ledger: { ...ledger, ...stepwise({ ...only(ledger, ['intend', 'settle']), group }, step) },
    board,
    hints: {
      notify: async () => {},
      learn: async () => {},
      recovery: async () => {},
      effects: async () => {},
      work: async () => {},
      bundle: async () => {},
    },
    policy,
    ids: {
      failureId: () => failure.id,
      runId: () => {
        throw new Error('nobody recovers here');
      },
      workItemId: () => {
        throw new Error('nobody recovers here');
      },
      actionId: () => `${name}.${run}`,
    },
    now: () => new Date(at()),
    log: () => {},
  };
}

interface Setting {
  stores: ReturnType<typeof memoryStores>;
  at(): number;
  isBlind?: boolean;
}

async function ingest(life: Life, name: string, one: Signal | undefined, setting: Setting): Promise<void> {
  if (!one) throw new Error('there is one');
  const incoming = [{ source: 'ci', signal: one, bodyHash: 'same' }];
  for (const answer of (await recordSignals(portsFor(life, name, setting), incoming)).values()) {
    if (answer.kind === 'failed') throw answer.error;
  }
}

/** A failure with one signal, whose card shows it, and whose count is due. */
async function shownOnce(): Promise<MemoryWorld> {
  const setting = { stores: memoryStores(), at: () => began };
  const { failures, world } = setting.stores;
  const life: Life = { run: 0, variant: '', step: (_, perform) => perform(), isAlive: () => true };
  await failures.open(failure, { show: began });
  await ingest(life, 'first', first, setting);
  await showFailure(portsFor(life, 'first', setting), { failureId: failure.id });
  await failures.addDue(failure.id, 'counts', began, { onlyIfAbsent: true });
  return world;
}

/** More signals of it, and notify; who is killed runs again, as its message comes again. */
function countsAndCards(
  world: MemoryWorld,
  given: { ingests: number; crashes: number; minutes: number; isBlind: boolean },
): Scenario & { finish(): Promise<void> } {
  const { ingests, crashes, minutes, isBlind } = given;
  const clock = { at: began, minutesLeft: minutes };
  const setting: Setting = { stores: memoryStores(structuredClone(world)), at: () => clock.at, isBlind };
  const { failures, ledger, world: kept } = setting.stores;
  const notify: Actor = {
    name: 'notify',
    live: (life) => showFailure(portsFor(life, 'notify', setting), { failureId: failure.id }),
  };
  const writers = later
    .slice(0, ingests)
    .map((one, n): Actor => ({ name: `ingest ${n}`, live: (life) => ingest(life, `ingest ${n}`, one, setting) }));
  return {
    actors: [...writers, notify],
    crashes,
    lostAnswers: 0,
    events: [
      {
        name: 'a minute passes',
        isPossible: () => clock.minutesLeft > 0,
        happen() {
          clock.minutesLeft -= 1;
          clock.at += 60_000;
        },
      },
    ],
    state: () => [
      clock,
      Object.values(kept).map((items) => (Symbol.iterator in items ? [...items] : Object.values(items))),
    ],
    async finish() {
      const stored = await failures.get(failure.id);
      const counted = (await ledger.group(failure.fingerprint))?.count;
      const shown = Object.values(stored?.cards ?? {})[0]?.shownCount;
      if (shown === counted) return;
      const isDue = stored?.dues.counts !== undefined || stored?.dues.show !== undefined;
      expect({ shown, counted, isDue }).toMatchObject({ isDue: true });
    },
  };
}

describe('a count that no card shows is due, through every order of steps', () => {
  async function walk(given: Parameters<typeof countsAndCards>[1]) {
    const world = await shownOnce();
    let finish = async () => {};
    const scenario = () => {
      const made = countsAndCards(world, given);
      finish = made.finish;
      return made;
    };
    return walkEveryOrder(scenario, () => finish());
  }

  it.each([
    { ingests: 1, crashes: isFull ? 2 : 1, minutes: 2, isBlind: false },
    { ingests: 2, crashes: 0, minutes: isFull ? 2 : 0, isBlind: false },
  ])('%j', async (given) => {
    const { states, finals } = await walk(given);
    expect(states).toBeGreaterThan(100);
    expect(finals).toBeGreaterThan(5);
  });

  it('sees what goes wrong when nobody looks again after the due is gone', async () => {
    await expect(walk({ ingests: 1, crashes: 0, minutes: 2, isBlind: true })).rejects.toThrow('isDue');
  });
});
