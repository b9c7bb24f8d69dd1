import type { Program } from '../config.ts';
import { showProgram } from './run-step.ts';

type Shown = Pick<Program, 'command'>;

/** What stands in a preview of each; runner.yml holds none that does not fit there. */
export const programLines = {
  apply: (title: string, program: Shown) => `${title}: ${showProgram(program)}`,
  verify: (program: Shown) => `Check: ${showProgram(program)}`,
  undo: (title: string, program: Shown) => `Undo "${title}": ${showProgram(program)}`,
};

/** A rollback by commands has no name of its own. */
export const pairTitle = (component: string) => `Roll ${component} back`;
