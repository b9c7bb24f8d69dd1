import type { FailureId, RunId } from './failure/ids.ts';
import type { BundleId } from './noise/bundle.ts';
import type { WorkItemId } from './work/work-item.ts';

/**
 * The world as the domain sees it: each store stands with what it keeps, and what all domains ask of the world stands here.
 * Adapters implement these; memory adapters keep to the same contract suites.
 */
export type * from './attention/attention-store.ts';
export type * from './failure/failure-store.ts';
export type * from './recovery/run-store.ts';
export * from './signal/signal-ledger.ts';

export type Now = () => Date;

/** One structured line per decision; never tokens, signatures or message bodies. */
export type Log = (decision: string, facts?: Record<string, string | number | boolean | undefined>) => void;

export interface Ids {
  /** `F-` and six random Crockford characters. */
  failureId(): FailureId;
  runId(): RunId;
  /** `W-` and eight random Crockford characters. */
  workItemId(): WorkItemId;
  /** Names one attempt or action; never repeats. */
  actionId(): string;
}

/** Messages between the functions: a hint that something changed; the table says what. */
export interface Hints {
  notify(hint: { failureId: FailureId }, options?: { delaySeconds?: number }): Promise<void>;
  learn(hint: { failureId: FailureId }, options?: { delaySeconds?: number }): Promise<void>;
  recovery(hint: { failureId: FailureId; runId: RunId }, options?: { delaySeconds?: number }): Promise<void>;
  /** What a failure's level orders must be looked at; goes to the recovery function. */
  effects(hint: { failureId: FailureId }, options?: { delaySeconds?: number }): Promise<void>;
  /** A work item's lease or reminder is due; goes to the recovery function. */
  work(hint: { workItemId: WorkItemId }, options?: { delaySeconds?: number }): Promise<void>;
}

export interface BundleHints {
  /** The message of a storm or mute must be looked at; goes to the notify function. */
  bundle(hint: { bundleId: BundleId }, options?: { delaySeconds?: number }): Promise<void>;
}

/** Replaces secrets and personal data it knows by a visible mark; the same text gives the same result. */
export type Redact = (text: string) => Promise<string>;
