import type { ConfigProblem } from './check-config.ts';
import type { RunnerConfig } from './config.ts';
import { GitRefusal } from './git/git-refusal.ts';
import { openRepository } from './git/repository.ts';

/** What a runner of this file could never roll back: folders that are not there, or are not the top of a git work tree. */
export async function checkTrees({ workTrees }: RunnerConfig): Promise<ConfigProblem | undefined> {
  for (const [name, { path }] of Object.entries(workTrees)) {
    try {
      await openRepository(path);
    } catch (error) {
      if (!(error instanceof GitRefusal)) throw error;
      return { path: ['workTrees', name, 'path'], message: `${error.message}. ${error.whatToDo}` };
    }
  }
  return undefined;
}
