import type { MemoryWorld } from '../../../lib/adapters/memory/world.ts';
import { sweep } from '../../../lib/attention/sweep.ts';
import type { FailureId, Fingerprint } from '../../../lib/failure/ids.ts';
import { intentFenceMs, type RecordPorts, recordSignals } from '../../../lib/failure/record-signals.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { BundleHints, Group } from '../../../lib/ports.ts';
import { signalKey } from '../../../lib/signal/signal-key.ts';
import type { Actor, Life, Scenario } from './interleaving.ts';
import { openFailure, signal } from './samples.ts';
import type { Stores } from './stores.ts';

const began = Date.parse('2026-11-03T12:00:00.000Z');

export interface Case {
  /** One delivery a list; the same name in two of them is the same signal, delivered twice. */
  deliveries: string[][];
  crashes: number;
  lostAnswers: number;
  /** So many sweeps while writers are at work, and as many as it takes after. */
  sweeps: number;
  /** The sweep waits for nobody: what must go wrong then shows that these walks see it. */
  isUnfenced?: true;
  /** What the writer's nth life would call its failure; for a table that is shared with other cases. */
  failureIdOf?(writer: number, run: number): FailureId;
}

/** Stores whose calls are steps of this life. */
export type StoresFor = (life: Life) => Stores;

/** The same in every order, so that orders which lead to the same state are seen to. */
const plainId = (writer: number, run: number) => `F-00${writer}${String(run).padStart(3, '0')}` as FailureId;

interface Writers {
  actors: Actor[];
  /** Batches whose writer was killed and that no sweep has looked at since. */
  lost(): string[];
  /** Batches that are under way. */
  alive(): string[];
  swept(batches: string[]): void;
  /** Every delivery is done. */
  isQuiet(): boolean;
  /** Nobody is at work. */
  isIdle(): boolean;
}

function writersOf(
  deliveries: string[][],
  write: (life: Life, batch: string, writer: number) => Promise<void>,
  variants: string[] = [''],
): Writers {
  const lives = new Map<string, Life>();
  const ended = new Set<number>();
  const done = new Set<string>();
  return {
    actors: deliveries.map((_, writer) => ({
      name: `ingest ${writer}`,
      variants,
      async live(life) {
        const batch = `T${writer}.${life.run}`;
        lives.set(batch, life);
        await write(life, batch, writer);
        done.add(batch);
        ended.add(writer);
      },
    })),
    lost: () => [...lives].flatMap(([batch, life]) => (life.isAlive() || done.has(batch) ? [] : [batch])),
    alive: () => [...lives].flatMap(([batch, life]) => (life.isAlive() ? [batch] : [])),
    swept(batches) {
      for (const batch of batches) done.add(batch);
    },
    isQuiet: () => ended.size === deliveries.length,
    isIdle: () => ![...lives.values()].some((life) => life.isAlive()),
  };
}

/** The protocol verb by verb, as its model has it; the group may differ between two deliveries of one signal. */
export function protocolCase(given: Case, groups: Fingerprint[], storesFor: StoresFor, world?: MemoryWorld): Scenario {
  const writers = writersOf(
    given.deliveries,
    async (life, batch, writer) => {
      const { ledger, failures } = storesFor(life);
      const names = given.deliveries[writer] ?? [];
      const fingerprint = life.variant as Fingerprint;
      const group = await ledger.intend({
        fingerprint,
        template: 't',
        batch,
        signals: names.map((name) => signalKey('ci', name)),
        newFailureId: (given.failureIdOf ?? plainId)(writer, life.run),
        at: new Date(began),
        settleDueAt: began + intentFenceMs,
      });
      let count = 0;
      for (const name of names) {
        const outcome = await ledger.record({
          source: 'ci',
          signal: signalNamed(name),
          bodyHash: 'same',
          fingerprint,
          batch,
          receivedAt: new Date(began),
          expiresAtSeconds: 4_000_000_000,
        });
        if (outcome === 'new' || outcome === 'mine') count += 1;
      }
      if (count > 0) await failures.open(failureOf(group), {});
      const isAlone = Object.keys(group.intents).length === 1;
      await ledger.settle({ fingerprint, batch, count, ...(isAlone ? { aloneAtRev: group.rev } : {}) });
    },
    groups,
  );
  let sweepsLeft = given.sweeps;
  const sweepable = () => [...writers.lost(), ...(given.isUnfenced ? writers.alive() : [])];
  const sweeper: Actor = {
    name: 'sweep',
    mayStart: () => sweepable().length > 0 && (sweepsLeft > 0 || writers.isQuiet()),
    async live(life) {
      if (!writers.isQuiet()) sweepsLeft -= 1;
      const { ledger, failures } = storesFor(life);
      const lost = sweepable();
      for (const fingerprint of groups) {
        const group = await ledger.group(fingerprint);
        for (const [batch, intent] of Object.entries(group?.intents ?? {})) {
          if (!group || !lost.includes(batch)) continue;
          const recorded = await ledger.recordedBy(batch, intent.signals);
          if (recorded.length > 0) await failures.open(failureOf(group), {});
          await ledger.settle({ fingerprint, batch, count: recorded.length });
        }
      }
      writers.swept(lost);
    },
  };
  return {
    actors: [...writers.actors, sweeper],
    crashes: given.crashes,
    lostAnswers: given.lostAnswers,
    // `rev` counts up and says nothing but whether it moved since the group was read.
    state: () => [
      sweepsLeft,
      writers.lost(),
      world && [
        [...world.signals.values()].map(({ batch, signal: { id } }) => [id, batch]).sort(),
        [...world.groups.values()].map(({ rev: _, ...group }) => group),
        [...world.failures.keys()].sort(),
      ],
    ],
    view: (what, answer) => {
      if (what !== 'intend') return answer;
      const { fingerprint, failureId, intents, rev } = answer as Group;
      const isAlone = Object.keys(intents).length === 1 && rev === world?.groups.get(fingerprint)?.rev;
      return [failureId, isAlone];
    },
  };
}

const sample = openFailure();
function failureOf({ fingerprint, failureId }: Group) {
  return { ...sample, id: failureId, fingerprint, lastAction: { ...sample.lastAction, id: `open ${failureId}` } };
}

const sampleSignal = signal();
const signalNamed = (id: string, component = 'c') => ({ ...sampleSignal, id, component });

const policy = Policy.parse({ version: 1, channels: { default: '#failures' } });

/** The same through the verbs that production runs, recordSignals and sweep, with a clock that tells them who is dead. */
export function verbCase(given: Case, component: string, storesFor: StoresFor, world?: MemoryWorld): Scenario {
  let clock = began;
  const diedBy = new Map<string, number>();
  const portsFor = (life: Life, name: string, writer: number): RecordPorts & Stores & { hints: BundleHints } => ({
    ...storesFor(life),
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
      failureId: () => (given.failureIdOf ?? plainId)(writer, life.run),
      runId: () => {
        throw new Error('nobody recovers here');
      },
      workItemId: () => {
        throw new Error('nobody recovers here');
      },
      actionId: () => name,
    },
    now: () => new Date(clock),
    log: () => {},
  });
  const writers = writersOf(given.deliveries, async (life, batch, writer) => {
    diedBy.set(batch, clock + intentFenceMs);
    const incoming = (given.deliveries[writer] ?? []).map((name) => ({
      source: 'ci',
      signal: signalNamed(name, component),
      bodyHash: 'same',
    }));
    const answers = await recordSignals(portsFor(life, batch, writer), incoming);
    for (const answer of answers.values()) if (answer.kind === 'failed') throw answer.error;
  });
  let sweepsLeft = given.sweeps;
  let isSweeping = false;
  const sweepable = () => writers.lost().filter((batch) => (diedBy.get(batch) ?? 0) <= clock);
  const sweeper: Actor = {
    name: 'sweep',
    mayStart: () => sweepable().length > 0 && (sweepsLeft > 0 || writers.isQuiet()),
    async live(life) {
      if (!writers.isQuiet()) sweepsLeft -= 1;
      const batches = sweepable();
      isSweeping = true;
      const ports = portsFor(life, `sweep ${life.run}`, 9);
      const { attention } = ports;
      // Cards and memory are due as well, and are others' affair.
      const onlyGroups = {
        ...attention,
        due: async (before: number, limit: number) =>
          (await attention.due(before, limit)).filter(({ target }) => target.kind === 'group'),
      };
      await sweep({ ...ports, attention: onlyGroups }, { deadline: Number.POSITIVE_INFINITY });
      isSweeping = false;
      writers.swept(batches);
    },
  };
  return {
    actors: [...writers.actors, sweeper],
    crashes: given.crashes,
    lostAnswers: given.lostAnswers,
    events: [
      {
        name: 'the fence passes',
        // No writer outlives its function's time limit, which is shorter than the fence.
        isPossible: () => !isSweeping && writers.lost().length > sweepable().length && writers.isIdle(),
        happen: () => {
          clock += intentFenceMs;
        },
      },
    ],
    state: () => [
      world && Object.values({ ...world, gates: world.gates.holders }).map((kept) => [...kept]),
      sweepsLeft,
      writers.lost(),
      clock,
    ],
  };
}
