import { createCheckpoint, getCheckpoint, listCheckpoints } from '../git/checkpoints.ts';
import { git } from '../git/git-process.ts';
import { parseDetails, readSnapshot, type Snapshot } from '../git/read-snapshot.ts';
import { openRepository } from '../git/repository.ts';
import { saveEverything } from '../git/snapshot.ts';

/** A component's name may hold `/`, a checkpoint folder's may not; components have no capitals, so this is one to one. */
const folderName = (component: string) => component.replaceAll('/', 'S');

export function takeCheckpoint(workTree: string, component: string, options: { name?: string; at: Date }) {
  return createCheckpoint(workTree, { component: folderName(component), ...options });
}

export function findCheckpoint(workTree: string, component: string, name?: string): Promise<Snapshot> {
  return getCheckpoint(workTree, folderName(component), name);
}

export function checkpointsOf(workTree: string, component: string) {
  return listCheckpoints(workTree, folderName(component));
}

/** What the failed work left, saved the moment it failed: a rollback can then tell it from what others changed later. */
export function saveFailedState(workTree: string, component: string, at: Date): Promise<Snapshot> {
  const name = `failed-${at.toISOString().replaceAll(':', '-')}`;
  return saveEverything(workTree, { component: folderName(component), name, at, reason: 'a command failed here' });
}

/** The newest failed state of the component that was saved in this work tree after the checkpoint. */
export async function newestFailedState(
  workTree: string,
  component: string,
  checkpoint: Snapshot,
): Promise<Snapshot | undefined> {
  const repository = await openRepository(workTree);
  const format = '%(refname)%0a%(contents:body)%00';
  const folder = `refs/kintsugi/saved/${folderName(component)}/failed-*`;
  const { stdout } = await git(['for-each-ref', `--format=${format}`, '--sort=-refname', folder], {
    cwd: repository.root,
  });
  for (const record of stdout.toString('utf8').split('\0')) {
    const ref = record.trimStart().split('\n')[0];
    if (!ref) continue;
    const details = parseDetails(record, ref);
    if (details.workTreeId !== repository.workTreeId) continue;
    return details.at > checkpoint.details.at ? readSnapshot(repository, ref) : undefined;
  }
  return undefined;
}
