import type { Actor, FailureId, RunId } from '../failure/ids.ts';
import type { Wanted } from './check-request.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import type { AskRole } from './roles.ts';
import type { RunOrder, Strategy } from './run.ts';

export type RequestPorts = Pick<
  RecoveryPorts,
  'failures' | 'runs' | 'roles' | 'hints' | 'policy' | 'ids' | 'now' | 'log'
> & { askRole?: AskRole | undefined };

export interface RecoveryWish {
  failureId: FailureId;
  /** `system:protocol` for what the system proposes: it is asked for by nobody. */
  by: Actor;
  strategy: Strategy;
  order?: RunOrder | undefined;
  dryRun?: boolean | undefined;
  /** The episode whose card carried the button. */
  episode?: number | undefined;
  /** Names the run, so that the same wish, made again, is the same run. */
  runId?: RunId | undefined;
}

export const wanted = ({ by, strategy, order = {}, dryRun = false, episode }: RecoveryWish): Wanted => ({
  by,
  strategy,
  order,
  dryRun,
  episode,
});
