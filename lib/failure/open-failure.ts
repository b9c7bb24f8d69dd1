import { VersionConflictError } from '../errors.ts';
import { componentPolicy } from '../policy/policy.ts';
import type { StoredFailure } from '../ports.ts';
import { type Grade, gradeSignal } from '../severity/grade.ts';
import type { Signal } from '../signal/signal.ts';
import type { Failure } from './failure.ts';
import type { Actor, FailureId, Fingerprint } from './ids.ts';
import { raiseLevel, recur } from './moves/by-signals.ts';
import { newFailure, reportFrom } from './new-failure.ts';
import type { RecordPorts } from './record-signals.ts';

export interface Opened {
  failureId: FailureId;
  change: 'opened' | 'recurred' | 'raised' | 'counted';
}

/** A count on a card may be this much behind: at most one edit a minute a card. */
const countsDelayMs = 60_000;

/**
 * Makes the failure say what the new signals say: opens it, opens its next episode, raises its level, or leaves its state
 * and asks for the count on the card. The loser of a race reads again and decides anew.
 */
export async function openOrUpdate(
  ports: RecordPorts,
  group: {
    fingerprint: Fingerprint;
    failureId: FailureId;
    signals: Signal[];
    batch: string;
    reporter?: Actor | undefined;
    /** Who sent them all. */
    source?: string | undefined;
  },
): Promise<Opened> {
  const worst = gravest(ports, group.signals);
  let failureId = group.failureId;
  /** The last of those on the way from the group's failure to the one that it was merged into. */
  let merged: FailureId | undefined;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const at = ports.now();
    const stored = await ports.failures.get(failureId);
    if (stored?.failure.status === 'merged') {
      merged = failureId;
      failureId = stored.failure.mergedInto;
      continue;
    }
    if (!stored && merged) {
      await askToBreakOff(ports, merged, at);
      throw new Error(
        `${failureId} is not kept any more, and ${merged}, merged into it, does not stand for itself yet`,
      );
    }
    if (!stored) {
      const failure = newFailure({ ...group, failureId, ...worst, at: at.toISOString() });
      const answer = await ports.failures.open(failure, duesAt(at));
      if (answer === 'opened') {
        await hintAll(ports, failureId);
        return { failureId, change: 'opened' };
      }
      // What had this id is being taken away, and does not come back: this is a new failure.
      if (answer === 'forgotten') failureId = await takeAnotherId(ports, group.fingerprint, failureId);
      continue;
    }
    if (!merged && stored.failure.fingerprint !== group.fingerprint) {
      failureId = await takeAnotherId(ports, group.fingerprint, failureId);
      continue;
    }
    const moved = change(stored.failure, group, worst, at);
    if (!moved) {
      await askForCounts(ports, stored, at);
      return { failureId, change: 'counted' };
    }
    try {
      await ports.failures.saveState(moved.failure, { expectedVersion: stored.failure.version, dues: duesAt(at) });
    } catch (error) {
      if (error instanceof VersionConflictError) continue;
      throw error;
    }
    await hintAll(ports, failureId);
    return { failureId, change: moved.change };
  }
  throw new Error(`${failureId} changed ${mostAttempts} times while signals were being recorded`);
}

/** Races that are lost, and steps from one merged failure to the next. */
const mostAttempts = 20;

const duesAt = (at: Date) => ({ show: at.getTime(), learn: at.getTime(), effects: at.getTime() });

interface Worst {
  signal: Signal;
  grade: Grade;
}

function gravest(ports: RecordPorts, signals: Signal[]): Worst {
  const graded = signals.map((signal) => ({
    signal,
    grade: gradeSignal(signal, componentPolicy(ports.policy, signal.component)),
  }));
  const [first, ...rest] = graded;
  if (!first) throw new Error('no signal to open a failure with');
  return rest.reduce((worst, next) => (next.grade.level > worst.grade.level ? next : worst), first);
}

function change(
  failure: Failure,
  {
    signals,
    batch,
    reporter,
    source,
  }: { signals: Signal[]; batch: string; reporter?: Actor | undefined; source?: string | undefined },
  { signal, grade }: Worst,
  at: Date,
): { failure: Failure; change: 'recurred' | 'raised' | 'counted' } | undefined {
  const by = 'system:ingest';
  if (failure.status === 'resolved' || (failure.status === 'recovering' && failure.resolution)) {
    const latest =
      signals.map(({ occurredAt }) => new Date(occurredAt)).sort((a, b) => b.getTime() - a.getTime())[0] ?? at;
    const occurredAt = latest > at ? at : latest;
    const next = recur(failure, {
      by,
      at,
      actionId: batch,
      occurredAt,
      level: grade.level,
      levelReasons: grade.reasons,
      claimedLevel: signal.severity,
      report: reportFrom(signal, reporter, source),
    });
    return next.kind === 'moved' ? { failure: next.failure, change: 'recurred' } : undefined;
  }
  const next = raiseLevel(failure, {
    by,
    at,
    actionId: batch,
    level: grade.level,
    levelReasons: grade.reasons,
    claimedLevel: signal.severity,
    source,
  });
  if (next.kind === 'unchanged') return undefined;
  return { failure: next.failure, change: next.failure.level > failure.level ? 'raised' : 'counted' };
}

/**
 * The group moves to a fresh id: its own is of a failure that is being forgotten, or another failure has it by chance (about one in
 * a thousand million).
 */
async function takeAnotherId(ports: RecordPorts, group: Fingerprint, taken: FailureId): Promise<FailureId> {
  await ports.ledger.repoint(group, taken, ports.ids.failureId());
  return (await ports.ledger.group(group))?.failureId ?? taken;
}

/** A storm finds the due standing with every signal: then there is nothing to write, and nothing to read again. */
async function askForCounts(ports: RecordPorts, { failure, dues, parked }: StoredFailure, at: Date): Promise<void> {
  if (dues.counts !== undefined && parked === undefined) return;
  const failureId = failure.id;
  const dueAt = at.getTime() + countsDelayMs;
  const added = await ports.failures.addDue(failureId, 'counts', dueAt, { onlyIfAbsent: true });
  if (added) await ports.hints.notify({ failureId }, { delaySeconds: countsDelayMs / 1000 });
}

/** By the time that the signals are tried again it is one of its own, or was taken away with the other. */
async function askToBreakOff({ failures, hints }: RecordPorts, failureId: FailureId, at: Date): Promise<void> {
  await failures.addDue(failureId, 'effects', at.getTime());
  await hints.effects({ failureId });
}

async function hintAll({ hints }: RecordPorts, failureId: FailureId): Promise<void> {
  await Promise.all([hints.notify({ failureId }), hints.learn({ failureId }), hints.effects({ failureId })]);
}
