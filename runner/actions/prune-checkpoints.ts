import { dropRefs } from '../git/drop-refs.ts';
import { openRepository } from '../git/repository.ts';
import { choosePruned, type PruneRules, type SavedRef } from './choose-pruned.ts';
import type { KnownRun } from './known-runs.ts';
import { neededRefs } from './needed-refs.ts';
import { checkpointsOf, savedByRuns, verifiedOf } from './saved-states.ts';

export interface PruneRequest extends PruneRules {
  component: string;
  /** What the runner of this host knows of its runs; left out: unknown, so nothing that a run saved or returned to is dropped. */
  runs?: readonly KnownRun[];
  dryRun: boolean;
}

/** Drops what nobody needs any more, and answers it. Failed states are kept and dropped where they are saved. The newest verified mark stays, since it says which failures are over. */
export async function pruneCheckpoints(
  workTree: string,
  { component, runs, dryRun, ...rules }: PruneRequest,
): Promise<SavedRef[]> {
  const repository = await openRepository(workTree);
  const byRuns = await savedByRuns(repository);
  const needed = await neededRefs(workTree, component, runs);
  const checkpoints = (await checkpointsOf(workTree, component)).map(({ ref, details }) => ({
    ref,
    at: new Date(details.at),
  }));
  const gone = [
    ...choosePruned(checkpoints, needed, rules),
    ...choosePruned(byRuns, needed, rules),
    ...choosePruned(await verifiedOf(repository, component), needed, { ...rules, keep: 1 }),
  ];
  if (!dryRun) {
    await dropRefs(
      repository,
      gone.map(({ ref }) => ref),
    );
  }
  return gone;
}
