import type { Strategy } from '../../lib/recovery/run.ts';
import type { HostRecovery } from './action.ts';
import { ProgramsPlan } from './apply-programs.ts';
import { clean } from './clean.ts';
import { commandPair, isCommandPair } from './command-pair.ts';
import { diagnose } from './diagnose.ts';
import { either } from './either.ts';
import { gitRollback } from './rollback-recovery.ts';
import { restart, shutdown } from './shutdown.ts';
import { isOfPrograms, undoPrograms } from './undo-programs.ts';
import { gitUndo } from './undo-recovery.ts';
import { workaround } from './workaround.ts';

/** The closed list of what this runner can carry out. */
export const recoveries: Record<Strategy, HostRecovery> = {
  'rollback-and-retry': either([commandPair, gitRollback], {
    isFirst: isCommandPair,
    isPlanOfFirst: ({ plan }) => ProgramsPlan.safeParse(plan).success,
  }),
  // Undone by whoever did it: the journal of the undone run says which.
  undo: either([undoPrograms, gitUndo], { isFirst: isOfPrograms, isPlanOfFirst: isOfPrograms }),
  workaround,
  diagnose,
  clean,
  shutdown,
  restart,
};
