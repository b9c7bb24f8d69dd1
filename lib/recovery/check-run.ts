import type { Failure } from '../failure/failure.ts';
import { componentPolicy, type Policy } from '../policy/policy.ts';
import { isHarmless } from './approvals.ts';
import type { RecoveryRun } from './run.ts';
import { isHeldBy } from './run-states.ts';
import { startOrder } from './start-order.ts';
import { strategies } from './strategies.ts';

/** The runner that recovers a component, or which line of kintsugi.yml is missing. */
export function runnerOf(
  policy: Policy,
  component: string,
): { runner: string; workTree?: string } | { missing: string } {
  const { recovery } = componentPolicy(policy, component);
  if (!recovery) return { missing: `components.${component}.recovery` };
  if (!policy.runners[recovery.runner]?.publicKey) return { missing: `runners.${recovery.runner}.publicKey` };
  return { runner: recovery.runner, ...(recovery.workTree && { workTree: recovery.workTree }) };
}

/**
 * Why a run that has not begun must not begin any more, in words; undefined: nothing stands against it but what people still
 * have to say. Everything that was true when it was asked for is asked again.
 */
export function whyNot(run: RecoveryRun, failure: Failure | undefined, policy: Policy): string | undefined {
  if (failure?.episode !== run.episode) return 'The failure has moved on.';
  if (!isHarmless(run) && !isHeldBy(failure, run)) return 'The failure has moved on.';
  const { name, fromLevel } = strategies[run.strategy];
  if (failure.level < fromLevel) {
    return `The failure is at level ${failure.level} now, and ${name} is for level ${fromLevel} and up.`;
  }
  const place = runnerOf(policy, run.component);
  if ('missing' in place || place.runner !== run.runner || place.workTree !== run.workTree) {
    return 'kintsugi.yml names another runner or work tree for this component now.';
  }
  const { components } = run.order;
  if (components && components.join() !== startOrder(policy, run.component).join()) {
    return 'kintsugi.yml says now that other components depend on this one.';
  }
  return undefined;
}
