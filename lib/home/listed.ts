import type { Failure, FailureStatus } from '../failure/failure.ts';
import type { FailureId } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailurePage } from '../ports.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { componentNames } from '../response/card-content.ts';
import type { Level } from '../signal/signal.ts';

export interface Listed {
  id: FailureId;
  episode: number;
  version: number;
  title: string;
  componentTitle: string;
  level: Level;
  status: FailureStatus;
  /** Its recovery waits for people. */
  isWaiting: boolean;
  by?: string;
  openedAt: string;
  lastSeenAt: string;
  count: number;
  permalink?: string;
}

/** What is said of a failure where many stand below each other. */
export function listedOf(
  { failure, count, lastSeenAt, permalink }: FailurePage['failures'][number],
  { run, policy }: { run: RecoveryRun | undefined; policy: Policy },
): Listed {
  const { id, episode, version, title, component, level, status, openedAt } = failure;
  const by = takenBy(failure);
  return {
    id,
    episode,
    version,
    title,
    componentTitle: componentNames(policy, component).title,
    level,
    status,
    isWaiting: run?.state === 'awaiting-approval',
    openedAt,
    lastSeenAt,
    count: Math.max(count, 1),
    ...(by && { by }),
    ...(permalink && { permalink }),
  };
}

export function takenBy(failure: Failure): string | undefined {
  return 'acknowledgedBy' in failure ? failure.acknowledgedBy : undefined;
}

/** A recovery that is under way has it; one that waits for people does not. */
export function isUntaken(failure: Failure, { isWaiting }: Pick<Listed, 'isWaiting'>): boolean {
  return takenBy(failure) === undefined && (failure.status === 'open' || isWaiting);
}
