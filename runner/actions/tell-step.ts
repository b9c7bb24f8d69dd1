import type { RunStep } from '../../lib/recovery/run.ts';

/** Reports one step of a run; returns once it is kept. */
export type TellStep = (step: Omit<RunStep, 'sequence' | 'at'>) => Promise<void>;
