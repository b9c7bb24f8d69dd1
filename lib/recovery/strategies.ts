import type { Level } from '../signal/signal.ts';
import type { Strategy } from './run.ts';

/** What a strategy or tool is like, whatever the runner does for it. */
export interface StrategyTraits {
  name: string;
  /** Touches nothing: it needs neither approval nor the failure's hold, and may run beside another. */
  isReadOnly: boolean;
  /** Its success means that the component works again, which was verified; a run that had no check says so. */
  resolves: boolean;
  /** An attempt to mend it: "worked 2 of 3" is counted, and shown where this failure is met again. */
  isFix: boolean;
  /** Offered from this level on. */
  fromLevel: Level;
  /** At least so many different people, whatever policy says. */
  leastApprovals: 0 | 1 | 2;
}

export const strategies: Record<Strategy, StrategyTraits> = {
  'rollback-and-retry': {
    name: 'Rollback & retry',
    isReadOnly: false,
    resolves: true,
    isFix: true,
    fromLevel: 3,
    leastApprovals: 0,
  },
  undo: { name: 'Undo', isReadOnly: false, resolves: false, isFix: false, fromLevel: 1, leastApprovals: 0 },
  workaround: { name: 'Workaround', isReadOnly: false, resolves: false, isFix: true, fromLevel: 2, leastApprovals: 0 },
  diagnose: { name: 'Diagnose', isReadOnly: true, resolves: false, isFix: false, fromLevel: 1, leastApprovals: 0 },
  clean: { name: 'Clean recovery', isReadOnly: false, resolves: true, isFix: true, fromLevel: 2, leastApprovals: 0 },
  shutdown: {
    name: 'Emergency shutdown',
    isReadOnly: false,
    resolves: false,
    isFix: false,
    fromLevel: 5,
    leastApprovals: 2,
  },
  // That services answer again says nothing of why they failed.
  restart: { name: 'Restart', isReadOnly: false, resolves: false, isFix: false, fromLevel: 3, leastApprovals: 0 },
};
