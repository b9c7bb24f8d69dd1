import type { RunId } from '../../lib/failure/ids.ts';
import type { FailedChange, RunOrder, RunPlan, RunTable } from '../../lib/recovery/run.ts';
import type { RunnerConfig } from '../config.ts';
import type { RunJournal } from '../journal.ts';
import type { Refusal } from './refusal.ts';
import type { TellStep } from './tell-step.ts';

/** Where a run is to be carried out, as it was offered. */
export interface Site {
  config: RunnerConfig;
  component: string;
  workTree: string | undefined;
  order: RunOrder;
  /** What is known of this run, on disk. */
  journal: RunJournal;
  /** What this runner's journal holds of an earlier run, such as the one that is to be undone. */
  past(runId: RunId): RunJournal | undefined;
  /** The plan of this run that was shown last, when it is planned once more: as the journal kept it. */
  shown?: unknown;
}

/** A plan that is being carried out, from wherever the journal says that it is. */
export interface WorkSite extends Site {
  /** What `plan` returned, as the journal kept it: parse it. */
  plan: unknown;
  tell: TellStep;
  /** A step that is under way, with the last lines of what its program prints: sent once, and not kept. */
  show: TellStep;
  now: () => Date;
  isStopping: () => boolean;
}

export type Planned =
  /** Found by reading alone. `plan` is JSON and goes into the journal. The hash covers all that the preview promises. */
  { kind: 'planned'; preview: RunPlan; plan: unknown } | ({ kind: 'refused' } & Refusal);

export type Outcome =
  | {
      kind: 'ended';
      ok: boolean;
      reason: string;
      refs: string[];
      table?: RunTable;
      failedChange?: FailedChange;
      canUndo?: boolean;
      /** Done, and nobody knows whether the component works now. */
      unverified?: true;
    }
  /** Nothing was touched: the world is not as it was when a person looked at the plan. Planned and shown again. */
  | { kind: 'changed' }
  /** The runner stops between two steps; the next start goes on from the journal. */
  | { kind: 'interrupted' }
  /** Another process works in the same place: neither done nor undone, it goes on once that has ended. */
  | { kind: 'locked' };

/** One strategy or tool of the closed list. */
export interface HostRecovery {
  /** Folders in which only one run may be at work at a time. */
  places(site: Site): string[];
  /** Does runner.yml hold all that it needs for this component? */
  isAble(config: RunnerConfig, component: string): boolean;
  plan(site: Site): Promise<Planned>;
  /** Started again after a kill at any line it comes to the same end. Never called for a dry run. */
  carryOut(site: WorkSite): Promise<Outcome>;
}
