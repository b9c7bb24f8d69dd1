import type { ComponentPolicy } from '../policy/policy.ts';
import type { RecoveryRun } from './run.ts';
import { hasActed } from './run-states.ts';

export interface RankedWorkaround {
  title: string;
  /** The action of the host's runner.yml that applies it; without one it is only recorded. */
  action?: string | undefined;
  worked: number;
  tried: number;
}

/**
 * A component's known workarounds, what worked most often first. One that was never tried stands between what mostly worked and
 * what mostly did not; of two alike, policy's order counts.
 */
export function rankWorkarounds(
  known: ComponentPolicy['workarounds'],
  runs: readonly RecoveryRun[],
): RankedWorkaround[] {
  const tries = runs.filter(({ strategy, dryRun }) => strategy === 'workaround' && !dryRun);
  return known
    .map(({ title, action }) => {
      const own = action ? tries.filter(({ order }) => order.action === action) : [];
      const worked = own.filter((run) => run.state === 'succeeded' && !run.unverified).length;
      const tried = worked + own.filter((run) => run.state === 'failed' && hasActed(run)).length;
      return { title, action, worked, tried };
    })
    .sort((one, other) => chance(other) - chance(one));
}

/** One try says little: each starts with one that worked and one that did not. */
function chance({ worked, tried }: RankedWorkaround): number {
  return (worked + 1) / (tried + 2);
}
