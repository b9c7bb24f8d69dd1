import { memoryFailureStore } from '../../lib/adapters/memory/failure-store.ts';
import { memoryGateStore } from '../../lib/adapters/memory/gate-store.ts';
import { memoryWorkStore } from '../../lib/adapters/memory/work-store.ts';
import { memoryWorld } from '../../lib/adapters/memory/world.ts';
import { FailureId, type Fingerprint } from '../../lib/failure/ids.ts';
import { evidenceOfSignal, holdBySignals } from '../../lib/gate/hold-by-signals.ts';
import { gateAnswer } from '../../lib/gate/may-go-on.ts';
import { publishRegistry } from '../../lib/gate/publish-registry.ts';
import type { Cause } from '../../lib/pattern/cause.ts';
import { causeOf } from '../../lib/pattern/cause-of.ts';
import { statedEnd } from '../../lib/pattern/stated-end.ts';
import { componentPolicy, Policy } from '../../lib/policy/policy.ts';
import { gradeSignal } from '../../lib/severity/grade.ts';
import { fingerprint } from '../../lib/signal/fingerprint.ts';
import { addWork } from '../../lib/work/add-work.ts';
import { claimNext } from '../../lib/work/claim-next.ts';
import { complexityOf } from '../../lib/work/complexity.ts';
import { decomposeWork } from '../../lib/work/decompose-work.ts';
import { failWork } from '../../lib/work/fail-work.ts';
import { finishWork } from '../../lib/work/finish-work.ts';
import { requirementsIn } from '../../lib/work/requirements-in.ts';
import { retryWork } from '../../lib/work/retry-work.ts';
import { WorkItemId } from '../../lib/work/work-item.ts';
import { component, type Item, itemOf, minuteMs, signalFor, turnLimit } from './look-alikes.ts';
import type { Random } from './random.ts';
import { type Attempt, mismatchMs, type ReplayRecord } from './record.ts';

/** What became of the record when gates stood in its way. */
export interface ReplayResult {
  repeats: number;
  /** Would have failed by the active cause, and was held or split before it started. */
  prevented: number;
  preventedBy: Partial<Record<Cause, { prevented: number; repeats: number }>>;
  canaries: number;
  failedCanaries: number;
  failures: number;
  healthy: number;
  /** Healthy items that were held or split at a moment when no cause was active for them. */
  falseStops: number;
  /** Healthy items that ended without ever failing. */
  healthyDone: number;
}

interface Tracked {
  item: Item;
  isHealthy: boolean;
  attempt?: Attempt;
  failed: Set<Cause>;
  wasHeldInTime: boolean;
  wasSplit: boolean;
  wasHeldFalsely: boolean;
  isDone: boolean;
}

const workers = 3;
const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  components: { [component]: { dependsOn: ['account:agent', 'upstream:model'] } },
  shared: { 'account:agent': { causes: ['quota'] }, 'upstream:model': { causes: ['upstream'] } },
});

export async function replay({ attempts, outages, healthy }: ReplayRecord, random: Random): Promise<ReplayResult> {
  let clock = 0;
  let count = 0;
  const world = memoryWorld();
  const ports = {
    work: memoryWorkStore(world),
    gates: memoryGateStore(world),
    failures: memoryFailureStore(world),
    policy,
    log: () => {},
    ids: { actionId: () => `act-${++count}`, workItemId: () => WorkItemId.parse(`W-${++count}`) },
    now: () => new Date(clock),
  };
  await publishRegistry(ports);
  const tracked = new Map<WorkItemId, Tracked>();
  const idOf = new Map<Attempt, WorkItemId>();
  const groups = new Map<Fingerprint, { failureId: FailureId; count: number; lastSeenAt: string }>();
  let [canaries, failedCanaries, failures] = [0, 0, 0];

  const arrivals = [
    ...attempts.map((attempt) => ({ at: attempt.at, item: attempt.item, attempt })),
    ...healthy.map(({ at, item }) => ({ at, item, attempt: undefined })),
  ].sort((one, other) => one.at - other.at);
  const running: { endsAt: number; end: () => Promise<void> }[] = [];

  while (arrivals.length > 0 || running.length > 0 || (await hasPending())) {
    const next = Math.min(arrivals[0]?.at ?? Number.POSITIVE_INFINITY, ...running.map(({ endsAt }) => endsAt));
    // What waits asks once a minute.
    clock = (await hasPending()) ? Math.min(next, clock + minuteMs) : next;
    for (const over of running.filter(({ endsAt }) => endsAt <= clock)) {
      running.splice(running.indexOf(over), 1);
      await over.end();
    }
    while (arrivals[0] && arrivals[0].at <= clock) await arrive(arrivals.shift() as (typeof arrivals)[number]);
    await handOut();
  }
  return result();

  async function hasPending(): Promise<boolean> {
    return (await ports.work.list({ state: 'pending', limit: 1 })).lines.length > 0;
  }

  async function arrive({ item, attempt }: { item: Item; attempt: Attempt | undefined }): Promise<void> {
    const earlier = attempt?.again && idOf.get(attempt.again);
    if (attempt && earlier) {
      const again = await retryWork(ports, { id: earlier, by: 'somebody' });
      // An item that is done or split by then is not tried again: one that is alike comes in its place.
      if (again.kind === 'pending') {
        const before = tracked.get(earlier) as Tracked;
        tracked.set(earlier, track(before.item, attempt));
        idOf.set(attempt, earlier);
        return;
      }
    }
    const added = await addWork(ports, { ...item.draft, by: 'somebody' });
    tracked.set(added.item.id, track(item, attempt));
    if (attempt) idOf.set(attempt, added.item.id);
  }

  /** Whoever is free asks for work; then each item that still waits is asked about, with the answer it gets itself. */
  async function handOut(): Promise<void> {
    while (running.length < workers) {
      const claim = await claimNext(ports, { holder: `worker-${running.length}`, component, leaseMinutes: 24 * 60 });
      if (claim.kind === 'nothing') break;
      if (claim.isCanary) canaries += 1;
      start(claim.item.id, claim.item.lease.token, claim.isCanary);
    }
    const { lines } = await ports.work.list({ state: 'pending', limit: 1000 });
    const state = await ports.gates.read();
    for (const { id } of lines) {
      const stored = await ports.work.get(id);
      const one = tracked.get(id);
      if (stored?.item.state !== 'pending' || !one) continue;
      const complexity = complexityOf(stored.item).score;
      const answer = gateAnswer(state, { component, complexity, workItemId: id }, ports.now());
      if (answer.kind === 'go') continue;
      const active = activeCause(one);
      if (active === undefined) one.wasHeldFalsely = true;
      else if (active === one.attempt?.cause) one.wasHeldInTime = true;
      if (answer.kind === 'split') await split(id, one);
    }
  }

  /** Somebody confirms the list that the modal took from the text. */
  async function split(id: WorkItemId, one: Tracked): Promise<void> {
    const requirements = requirementsIn(one.item.draft.notes ?? '');
    const list = (one.item.draft.requirements ?? []).length >= 2 ? undefined : requirements;
    const outcome = await decomposeWork(ports, { id, ...(list && { requirements: list }), by: 'somebody' });
    if (outcome.kind !== 'split') return;
    one.wasSplit = true;
    one.isDone = true;
    for (const part of outcome.parts) {
      const turns = (one.item.turns / outcome.parts.length) * random.factor(0.3);
      tracked.set(part.id, { ...track(itemOf(turns, random), undefined), isHealthy: false });
    }
  }

  function start(id: WorkItemId, token: string, isCanary: boolean): void {
    const one = tracked.get(id) as Tracked;
    const cause = activeCause(one);
    const runMs = runTime(one, cause);
    running.push({
      endsAt: clock + runMs,
      end: async () => {
        if (cause === undefined) {
          one.isDone = true;
          await finishWork(ports, { id, token });
          return;
        }
        failures += 1;
        if (isCanary) failedCanaries += 1;
        one.failed.add(cause);
        await fail(id, token, cause, runMs);
      },
    });
  }

  /** As `kintsugi fail` and the ingest function do. */
  async function fail(id: WorkItemId, token: string, truth: Cause, runMs: number): Promise<void> {
    const outage = outages.find(({ cause, from, to }) => cause === truth && from <= clock && clock < to);
    const signal = signalFor(truth, { runMs, reset: outage?.reset, at: ports.now() });
    const evidence = evidenceOfSignal(signal);
    const until = statedEnd(`${evidence.message}\n${evidence.output ?? ''}`, { now: ports.now() });
    const cause = causeOf(evidence);
    await failWork(ports, { id, token, summary: signal.summary, cause, ...(until && { until }) });
    const { level } = gradeSignal(signal, componentPolicy(policy, component));
    if (level >= 3) throw new Error(`a level of ${level} stops the queue, which the record does not speak of`);
    const alike = fingerprint(signal).fingerprint;
    const group = groups.get(alike) ?? {
      failureId: FailureId.parse(`F-AAAA${10 + groups.size}`),
      count: 0,
      lastSeenAt: signal.occurredAt,
    };
    await holdBySignals(ports, group, [signal]);
    groups.set(alike, { ...group, count: group.count + 1, lastSeenAt: signal.occurredAt });
  }

  /** The truth, which decides how an attempt ends: what would end this item now? */
  function activeCause({ item, attempt, failed }: Tracked): Cause | undefined {
    const outage = (cause: Cause) => outages.some((one) => one.cause === cause && one.from <= clock && clock < one.to);
    if (outage('quota')) return 'quota';
    if (outage('upstream')) return 'upstream';
    if (outage('limit-mismatch') && item.runMs > mismatchMs) return 'limit-mismatch';
    if (item.turns > turnLimit) return 'turn-limit';
    // Killed once, out of the blue.
    return attempt?.cause === 'killed' && !failed.has('killed') ? 'killed' : undefined;
  }

  function runTime({ item }: Tracked, cause: Cause | undefined): number {
    switch (cause) {
      case 'quota':
        return random.between(4, 30) * 1000;
      case 'upstream':
        return random.between(0.5, 3) * minuteMs;
      case 'limit-mismatch':
        return mismatchMs;
      case 'killed':
        return item.runMs * random.between(0.1, 0.9);
      case 'turn-limit':
        return Math.min(item.runMs, 24 * minuteMs);
      default:
        return item.runMs;
    }
  }

  function track(item: Item, attempt: Attempt | undefined): Tracked {
    const isHealthy = attempt === undefined;
    return {
      item,
      isHealthy,
      ...(attempt && { attempt }),
      failed: new Set(),
      wasHeldInTime: false,
      wasSplit: false,
      wasHeldFalsely: false,
      isDone: false,
    };
  }

  function result(): ReplayResult {
    const all = [...tracked.values()];
    const well = all.filter(({ isHealthy }) => isHealthy);
    const preventedBy: ReplayResult['preventedBy'] = {};
    for (const attempt of attempts.filter(({ isRepeat }) => isRepeat)) {
      const one = all.find((candidate) => candidate.attempt === attempt);
      const row = preventedBy[attempt.cause] ?? { prevented: 0, repeats: 0 };
      preventedBy[attempt.cause] = row;
      row.repeats += 1;
      if (one && !one.failed.has(attempt.cause) && (one.wasHeldInTime || one.wasSplit)) row.prevented += 1;
    }
    const rows = Object.values(preventedBy);
    return {
      repeats: rows.reduce((sum, { repeats }) => sum + repeats, 0),
      prevented: rows.reduce((sum, { prevented }) => sum + prevented, 0),
      preventedBy,
      canaries,
      failedCanaries,
      failures,
      healthy: well.length,
      falseStops: well.filter(({ wasHeldFalsely }) => wasHeldFalsely).length,
      healthyDone: well.filter(({ isDone, failed }) => isDone && failed.size === 0).length,
    };
  }
}
