import { git } from '../git/git-process.ts';
import { readAttachment, readSnapshot } from '../git/read-snapshot.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { parsePlan, RollbackPlan } from '../git/rollback-plan.ts';
import { snapshotRef } from '../git/snapshot-ref.ts';
import type { KnownRun } from './known-runs.ts';
import { checkpointsOf, failedStatesOf, savedByRuns, verifiedOf } from './saved-states.ts';

/**
 * What must stay, and why, in a few words for each ref: the newest checkpoint, the one that a recovery returned to and was
 * verified, the one that each kept failed state would be returned to (an open failure's, for all that this host knows), and
 * what the runs of the journal return to, saved, or may still be undone with. Where nobody knows the runs, all that they saved is needed.
 */
export async function neededRefs(
  workTree: string,
  component: string,
  runs: readonly KnownRun[] | undefined,
): Promise<Map<string, string>> {
  const repository = await openRepository(workTree);
  const needed = new Map<string, string>();
  const need = (ref: string | undefined, why: string) => {
    if (ref !== undefined && !needed.has(ref)) needed.set(ref, why);
  };
  const checkpoints = await checkpointsOf(workTree, component);
  need(checkpoints[0]?.ref, 'the newest');
  const verified = (await verifiedOf(repository, component)).at(-1);
  if (verified) {
    need(verified.ref, 'the last recovery that worked');
    need(await checkpointOfRun(repository, verified.ref), 'the last recovery that worked');
  }
  for (const { ref, at } of await failedStatesOf(repository, component)) {
    need(checkpoints.find(({ details }) => Date.parse(details.at) <= at.getTime())?.ref, 'a failed state');
    need(ref, 'a failed state');
  }
  if (!runs) {
    for (const { ref } of await savedByRuns(repository)) {
      need(ref, 'a run');
      need(await checkpointOfRun(repository, ref), 'a run');
    }
  }
  for (const { runId, plans, isOver } of runs ?? []) {
    const why = isOver ? `run ${runId}, which can be undone` : `run ${runId}, which is not over`;
    for (const { checkpoint, failedAt } of plans.flatMap((plan) => RollbackPlan.safeParse(plan).data ?? [])) {
      need(checkpoint.ref, why);
      need(failedAt ?? undefined, why);
    }
    need(snapshotRef('before-recovery', runId), why);
    need(snapshotRef('before-undo', runId), why);
  }
  return needed;
}

async function checkpointOfRun(repository: Repository, savedRef: string): Promise<string | undefined> {
  try {
    const saved = await readSnapshot(repository, savedRef);
    return parsePlan(await readAttachment(repository, saved, 'plan.json')).checkpoint.ref;
  } catch {
    // A plan of another release: all that it names is kept with its own commit.
    return undefined;
  }
}

/** How much a snapshot holds: its files, and their bytes together. */
export async function sizeOf({ root }: Repository, commit: string): Promise<{ files: number; bytes: number }> {
  const { stdout } = await git(['ls-tree', '-r', '--full-tree', '--format=%(objectsize)', commit], { cwd: root });
  const sizes = stdout.toString('latin1').split('\n').slice(0, -1).map(Number).filter(Number.isFinite);
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
