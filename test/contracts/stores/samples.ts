import { randomBytes } from 'node:crypto';
import type { Failure } from '../../../lib/failure/failure.ts';
import type { FailureId, Fingerprint, RunId } from '../../../lib/failure/ids.ts';
import type { TimelineEntry } from '../../../lib/failure/timeline-entry.ts';
import type { RecoveryRun } from '../../../lib/recovery/run.ts';
import { Signal } from '../../../lib/signal/signal.ts';

/** Own ids for every test, so that all can share one table. */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const letters = (count: number) => Array.from(randomBytes(count), (byte) => crockford[byte % 32]).join('');
export const newFailureId = () => `F-${letters(6)}` as FailureId;
export const newRunId = () => `R-${letters(10)}` as RunId;
export const newFingerprint = () => `v1#${randomBytes(16).toString('hex')}` as Fingerprint;
export const newName = (prefix: string) => `${prefix}-${randomBytes(6).toString('hex')}`;

const noon = '2026-11-03T12:00:00.000Z';

type OpenFailure = Extract<Failure, { status: 'open' }>;

export function openFailure(given: Partial<OpenFailure> = {}): OpenFailure {
  return {
    schema: 1,
    id: newFailureId(),
    version: 1,
    episode: 1,
    status: 'open',
    component: 'checkout',
    fingerprint: newFingerprint(),
    title: 'Check failed: GET /orders answers 500 „später“ 🏺',
    level: 3,
    levelReasons: ['several tests failed', ''],
    claimedLevel: 5,
    firstOpenedAt: noon,
    openedAt: noon,
    report: {
      impact: 'orders cannot be read',
      whatHappened: '',
      error: { type: 'AssertionError', message: 'expected 200, got 500', stack: 'at a\n\tat b', exitCode: 1 },
      environment: 'staging',
      customerImpacting: false,
      attemptedFixes: [{ what: 'restarted it', result: 'no change' }],
      state: { system: 'degraded', dataImpact: 'none' },
      workItem: { id: 'W-1', title: 'Orders by date' },
      git: { branch: 'main', head: 'abcdef1', dirty: true },
      labels: { team: 'shop', 'a.b#c': '' },
      links: [{ title: 'log', url: 'https://ci.example/1' }],
      reportedBy: 'U1',
    },
    similar: [],
    outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 2 }],
    pastEpisodes: [],
    lastAction: { id: newName('open'), by: 'system:protocol', at: noon },
    latestEntry: entry(1, 'opened'),
    ...given,
  };
}

export function entry(version: number, kind: TimelineEntry['kind']): TimelineEntry {
  return {
    version,
    at: noon,
    by: 'U1',
    kind,
    text: `${kind} at version ${version}`,
    before: { level: 2, deep: [{ nothing: null }] },
    after: { level: 3 },
  };
}

const stateless = (failure: Failure) => {
  const { status: _status, ...rest } = failure as Failure & Record<string, unknown>;
  for (const name of ['runId', 'resolvedBy', 'resolvedAt', 'how', 'acknowledgedBy', 'acknowledgedAt']) {
    delete (rest as Record<string, unknown>)[name];
  }
  return rest as Omit<OpenFailure, 'status'>;
};

function next(failure: Failure, kind: TimelineEntry['kind']) {
  const version = failure.version + 1;
  return {
    ...stateless(failure),
    version,
    lastAction: { id: newName('action'), by: 'U1', at: noon },
    latestEntry: entry(version, kind),
  };
}

const taken = { acknowledgedBy: 'U1', acknowledgedAt: noon };

export const acknowledged = (failure: Failure): Failure => ({
  ...next(failure, 'acknowledged'),
  ...taken,
  status: 'acknowledged',
});
export const recovering = (failure: Failure, runId = newRunId()): Failure => ({
  ...next(failure, 'recovery-requested'),
  ...taken,
  status: 'recovering',
  runId,
});
export const resolved = (failure: Failure, resolvedAt = noon): Failure => ({
  ...next(failure, 'resolved'),
  ...taken,
  status: 'resolved',
  resolvedBy: 'U2',
  resolvedAt,
  how: 'person',
});
export const reopened = (failure: Failure): Failure => ({ ...next(failure, 'reopened'), status: 'open' });
export const recurred = (failure: Failure, openedAt: string): Failure => ({
  ...next(failure, 'recurred'),
  status: 'open',
  episode: failure.episode + 1,
  openedAt,
  similar: [],
});

export function requestedRun(failureId = newFailureId()): RecoveryRun {
  return {
    schema: 1,
    id: newRunId(),
    failureId,
    version: 1,
    episode: 1,
    strategy: 'rollback-and-retry',
    order: {},
    dryRun: false,
    approvalsNeeded: 0,
    approvals: [],
    component: 'checkout',
    runner: 'host-1',
    workTree: 'shop',
    requestedBy: 'U1',
    requestedAt: noon,
    steps: [],
    lastAction: { id: newName('run'), by: 'U1', at: noon },
    state: 'requested',
    offeredAt: noon,
  };
}

export function runningRun(run: RecoveryRun): RecoveryRun {
  const { offeredAt: _, ...rest } = run as Extract<RecoveryRun, { state: 'requested' }>;
  return {
    ...rest,
    version: run.version + 1,
    lastAction: { id: newName('run'), by: 'runner:host-1', at: noon },
    state: 'running',
    plan: {
      hash: 'a'.repeat(64),
      summary: 'Back to c1: 1 path',
      items: [{ what: 'src/a b.ts', change: 'restore' }],
      total: 1,
    },
    nonce: 'n-1',
    startedAt: noon,
    heartbeatAt: noon,
    steps: [{ sequence: 1, name: 'save', state: 'done', at: noon, detail: 'Saved everything', durationMs: 12 }],
  };
}

export function signal(given: Partial<Signal> = {}): Signal {
  return Signal.parse({
    version: 1,
    id: newName('signal'),
    occurredAt: noon,
    component: 'checkout',
    summary: 'Check failed: GET /orders answers 500',
    details: 'ligne 1\nligne 2 — 失敗',
    error: { type: 'Error', message: '', exitCode: -1 },
    labels: { team: '' },
    ...given,
  });
}
