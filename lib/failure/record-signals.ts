import type { GateStore } from '../gate/gate.ts';
import { holdBySignals } from '../gate/hold-by-signals.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, Hints, Ids, Log, Now, SignalLedger } from '../ports.ts';
import { fingerprint } from '../signal/fingerprint.ts';
import { type Signal, signalMemoryDays } from '../signal/signal.ts';
import { signalKey } from '../signal/signal-key.ts';
import type { Actor, FailureId, Fingerprint } from './ids.ts';
import { openOrUpdate } from './open-failure.ts';

export interface RecordPorts {
  ledger: SignalLedger;
  failures: FailureStore;
  gates: GateStore;
  hints: Hints;
  policy: Policy;
  ids: Ids;
  now: Now;
  log: Log;
}

export interface IncomingSignal {
  /** Who sent it, as the transport knows it: ids are unique per source. */
  source: string;
  signal: Signal;
  bodyHash: string;
  /** The person who reported it, as the transport knows them. */
  reporter?: Actor;
}

export type Recorded =
  | { kind: 'stored'; failureId: FailureId; change: 'opened' | 'recurred' | 'raised' | 'counted' }
  | { kind: 'duplicate' }
  /** The same id came with another body: to be kept as rejected. */
  | { kind: 'reused' }
  /** Its group cannot be stored now: to be tried again. What was written is settled by the sweep. */
  | { kind: 'failed'; error: unknown };

/** An intent older than this has lost its writer: the ingest function's time limit (30 s) and a minute. */
export const intentFenceMs = 30_000 + 60_000;

/**
 * Counts each signal exactly once and opens or updates its failure. Safe to repeat at any point: see "Counting" in
 * docs/architecture.md. Groups do not wait for one another, and one that cannot be stored now leaves the others alone.
 */
export async function recordSignals(
  ports: RecordPorts,
  incoming: IncomingSignal[],
): Promise<Map<IncomingSignal, Recorded>> {
  const answers = new Map<IncomingSignal, Recorded>();
  const groups = new Map<Fingerprint, { template: string; members: IncomingSignal[] }>();
  const first = new Map<string, IncomingSignal>();
  for (const item of incoming) {
    const earlier = first.get(keyOf(item));
    if (earlier) {
      answers.set(item, { kind: earlier.bodyHash === item.bodyHash ? 'duplicate' : 'reused' });
      continue;
    }
    first.set(keyOf(item), item);
    const { fingerprint: group, template } = fingerprint(item.signal);
    const members = groups.get(group)?.members ?? [];
    groups.set(group, { template, members: [...members, item] });
  }
  await Promise.all(
    [...groups].map(async ([group, { template, members }]) => {
      try {
        for (const [item, answer] of await recordGroup(ports, group, template, members)) answers.set(item, answer);
      } catch (error) {
        for (const item of members) answers.set(item, { kind: 'failed', error });
      }
    }),
  );
  return answers;
}

async function recordGroup(
  ports: RecordPorts,
  group: Fingerprint,
  template: string,
  members: IncomingSignal[],
): Promise<Map<IncomingSignal, Recorded>> {
  const { ledger, ids, now, log } = ports;
  const batch = ids.actionId();
  const at = now();
  const known = await ledger.intend({
    fingerprint: group,
    template,
    batch,
    signals: members.map(keyOf),
    newFailureId: ids.failureId(),
    at,
    settleDueAt: at.getTime() + intentFenceMs,
  });
  const { failureId, intents, rev } = known;
  const outcomes = new Map<IncomingSignal, Awaited<ReturnType<SignalLedger['record']>>>();
  for (const item of members) {
    outcomes.set(
      item,
      await ledger.record({
        ...item,
        fingerprint: group,
        batch,
        receivedAt: at,
        expiresAtSeconds: Math.floor(at.getTime() / 1000) + (signalMemoryDays + 1) * 86_400,
      }),
    );
  }
  const mine = members.filter((item) => outcomes.get(item) === 'new' || outcomes.get(item) === 'mine');
  const signals = mine.map(({ signal }) => signal);
  if (signals.length > 0) await holdGates(ports, known, signals);
  // A person's report comes alone.
  const reporter = mine.length === 1 ? mine[0]?.reporter : undefined;
  const opened =
    mine.length > 0
      ? await openOrUpdate(ports, { fingerprint: group, failureId, signals, reporter, source: onlySource(mine), batch })
      : undefined;
  const isAlone = Object.keys(intents).length === 1;
  await ledger.settle({
    fingerprint: group,
    batch,
    count: mine.length,
    ...(isAlone && { aloneAtRev: rev }),
    ...seenAt(signals),
  });
  log('recorded', {
    fingerprint: group,
    failureId: opened?.failureId ?? failureId,
    change: opened?.change,
    counted: mine.length,
    of: members.length,
  });
  return new Map(
    members.map((item): [IncomingSignal, Recorded] => {
      const outcome = outcomes.get(item);
      if (outcome === 'reused') return [item, { kind: 'reused' }];
      if (!opened || !mine.includes(item)) return [item, { kind: 'duplicate' }];
      return [item, { kind: 'stored', ...opened }];
    }),
  );
}

/** A gate that cannot be read or shut now keeps no failure from being opened: the effects of its level look again. */
export async function holdGates(
  ports: RecordPorts,
  group: Parameters<typeof holdBySignals>[1],
  signals: Signal[],
): Promise<void> {
  try {
    await holdBySignals(ports, group, signals);
  } catch (error) {
    ports.log('gates not held', { failureId: group.failureId, error: String(error) });
  }
}

/** When the earliest and the latest of these occurred, in UTC; empty for none. */
export function seenAt(signals: Signal[]): { firstSeenAt?: string; lastSeenAt?: string } {
  const times = signals.map(({ occurredAt }) => new Date(occurredAt).toISOString()).sort();
  const [firstSeenAt, lastSeenAt] = [times[0], times.at(-1)];
  return firstSeenAt && lastSeenAt ? { firstSeenAt, lastSeenAt } : {};
}

function keyOf({ source, signal }: IncomingSignal): string {
  return signalKey(source, signal.id);
}

/** Who sent all of these; undefined when they come from several. */
function onlySource(items: IncomingSignal[]): string | undefined {
  const [source, ...others] = new Set(items.map((item) => item.source));
  return others.length === 0 ? source?.slice(0, 128) : undefined;
}
