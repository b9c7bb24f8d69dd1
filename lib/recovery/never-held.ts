import type { RecoveryRun } from './run.ts';

/** A run whose maker died, or came second: it never had the failure's hold, so it was nobody's try. */
export function neverHeld({ state, lastAction, ...run }: RecoveryRun): boolean {
  return state === 'cancelled' && lastAction.by === 'system:recovery' && !('plan' in run && run.plan);
}
