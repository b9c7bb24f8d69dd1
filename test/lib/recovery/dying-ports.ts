import { VersionConflictError } from '../../../lib/errors.ts';
import type { RecoveryPorts } from '../../../lib/recovery/recovery-ports.ts';

export class Killed extends Error {}

/** The same ports, dead after so many writes: the state is saved, and nothing after it happens. */
export function dyingAfter<P extends RecoveryPorts>(ports: P, writes: number | null): P {
  if (writes === null) return ports;
  let left = writes;
  const mortal = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (left-- <= 0) throw new Killed();
      return call(...args);
    };
  };
  return {
    ...ports,
    failures: { ...ports.failures, saveState: mortal(ports.failures.saveState), addDue: mortal(ports.failures.addDue) },
    runs: { ...ports.runs, create: mortal(ports.runs.create), save: mortal(ports.runs.save) },
    commands: { send: mortal(ports.commands.send) },
  };
}

/** Whether it came to its end. */
export const unlessKilled = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      if (error instanceof Killed || error instanceof VersionConflictError) return false;
      throw error;
    },
  );
