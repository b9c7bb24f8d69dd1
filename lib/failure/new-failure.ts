import type { Grade } from '../severity/grade.ts';
import type { Signal } from '../signal/signal.ts';
import type { Failure } from './failure.ts';
import type { FailureReport } from './failure-report.ts';
import type { Actor, FailureId, Fingerprint } from './ids.ts';

/** As its first signals describe it. */
export function newFailure(from: {
  signal: Signal;
  grade: Grade;
  fingerprint: Fingerprint;
  failureId: FailureId;
  batch: string;
  at: string;
  reporter?: Actor | undefined;
  source?: string | undefined;
}): Failure {
  const { signal, grade, at } = from;
  return {
    schema: 1,
    id: from.failureId,
    version: 1,
    episode: 1,
    status: 'open',
    component: signal.component,
    ...(signal.kind && { kind: signal.kind }),
    fingerprint: from.fingerprint,
    title: signal.summary,
    level: grade.level,
    levelReasons: grade.reasons,
    ...(signal.severity && { claimedLevel: signal.severity }),
    firstOpenedAt: at,
    openedAt: at,
    report: reportFrom(signal, from.reporter, from.source),
    similar: [],
    outcomes: [],
    pastEpisodes: [],
    lastAction: { id: from.batch, by: 'system:ingest', at },
    latestEntry: {
      version: 1,
      at,
      by: 'system:ingest',
      kind: 'opened',
      text: `Opened at level ${grade.level}: ${grade.reasons[0] ?? 'no reason given'}`,
    },
  };
}

/** What an episode's worst signal says of it. */
export function reportFrom(signal: Signal, reportedBy: Actor | undefined, source: string | undefined): FailureReport {
  const {
    impact,
    error,
    environment,
    customerImpacting,
    state,
    workItem,
    git,
    labels,
    links,
    durationMs,
    timeLimitMs,
  } = signal;
  return {
    whatHappened: signal.details ?? signal.error?.message ?? signal.summary,
    attemptedFixes: signal.attemptedFixes ?? [],
    ...(impact && { impact }),
    ...(error && { error }),
    ...(environment && { environment }),
    ...(customerImpacting !== undefined && { customerImpacting }),
    ...(state && { state }),
    ...(workItem && { workItem }),
    ...(git && { git }),
    ...(labels && { labels }),
    ...(links && { links }),
    ...(durationMs !== undefined && { durationMs }),
    ...(timeLimitMs !== undefined && { timeLimitMs }),
    ...(reportedBy && { reportedBy }),
    ...(source && { source }),
  };
}
