import type { Dues } from '../attention/attention.ts';
import type { FailureId, RunId } from '../failure/ids.ts';
import type { RunnerCommand } from './command.ts';
import type { RecoveryRun } from './run.ts';

export interface StoredRun {
  run: RecoveryRun;
  dues: Dues;
  attentionAt?: number;
  rev: number;
  sweepAttempts: number;
  parked?: string;
}

export interface RunStore {
  create(run: RecoveryRun, dues: Dues): Promise<'created' | 'exists'>;
  get(failureId: FailureId, runId: RunId): Promise<StoredRun | undefined>;
  /** Like FailureStore.saveState; `dues` replaces the run's dues. */
  save(run: RecoveryRun, options: { expectedVersion: number; dues: Dues }): Promise<void>;
  list(failureId: FailureId): Promise<RecoveryRun[]>;
}

export interface CommandSender {
  /** Signs and sends to `commands-<runner>`. */
  send(command: RunnerCommand): Promise<void>;
}
