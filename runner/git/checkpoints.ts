import { git } from './git-process.ts';
import { GitRefusal } from './git-refusal.ts';
import { parseDetails, readSnapshot, type Snapshot } from './read-snapshot.ts';
import { openRepository, type Repository } from './repository.ts';
import { saveEverything } from './snapshot.ts';
import type { SnapshotDetails } from './snapshot-details.ts';
import { checkpointFolder, snapshotRef } from './snapshot-ref.ts';
import { comparePaths } from './tree-path.ts';

export interface CheckpointRequest {
  component: string;
  /** Left out: the time, to the millisecond. */
  name?: string;
  reason?: string;
  at: Date;
}

/** A saved state that a rollback returns to: all of the work tree as it is now, under `refs/kintsugi/checkpoints/COMPONENT/NAME`. */
export function createCheckpoint(workTree: string, request: CheckpointRequest): Promise<Snapshot> {
  return saveEverything(workTree, {
    ...request,
    kind: 'checkpoint',
    name: request.name ?? timeName(request.at),
    reason: request.reason ?? 'checkpoint',
  });
}

/** `2026-05-04T10-20-30.123Z`: sorts by time, and is a valid ref name. */
export function timeName(at: Date): string {
  return at.toISOString().replaceAll(':', '-');
}

/** The time that `timeName` made such a name of. */
export function timeOf(name: string): Date {
  return new Date(name.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));
}

export interface ListedCheckpoint {
  ref: string;
  commit: string;
  details: SnapshotDetails;
}

/** The checkpoints of a component that were made in this work tree, newest first. */
export async function listCheckpoints(workTree: string, component: string): Promise<ListedCheckpoint[]> {
  const repository = await openRepository(workTree);
  const format = '%(refname) %(objectname)%0a%(contents:body)%00';
  const args = ['for-each-ref', `--format=${format}`, checkpointFolder(component)];
  const { stdout } = await git(args, { cwd: repository.root });
  const listed = stdout
    .toString('utf8')
    .split('\0')
    .map((record) => record.trimStart())
    .filter((record) => record !== '')
    .map((record) => {
      const [ref = '', commit = ''] = record.slice(0, record.indexOf('\n')).split(' ');
      return { ref, commit, details: parseDetails(record, ref) };
    });
  return listed
    .filter(({ details }) => details.workTreeId === repository.workTreeId)
    .sort((a, b) => comparePaths(b.details.at, a.details.at) || comparePaths(b.ref, a.ref));
}

/** The named checkpoint of a component, or its newest; refused when another of the repository's work trees made it. */
export async function getCheckpoint(workTree: string, component: string, name?: string): Promise<Snapshot> {
  const repository = await openRepository(workTree);
  const ref = name === undefined ? await newest(workTree, component) : snapshotRef('checkpoint', name, component);
  const snapshot = await readSnapshot(repository, ref);
  assertMadeHere(repository, snapshot);
  return snapshot;
}

async function newest(workTree: string, component: string): Promise<string> {
  const [first] = await listCheckpoints(workTree, component);
  if (first) return first.ref;
  throw new GitRefusal('not_found', `${component} has no checkpoint in this work tree`, { component });
}

export function assertMadeHere(repository: Repository, { ref, details }: Snapshot): void {
  if (details.workTreeId !== repository.workTreeId) {
    const evidence = { ref, madeIn: details.workTree, here: repository.root };
    throw new GitRefusal('of_another_work_tree', `${ref} was made in ${details.workTree}`, evidence);
  }
}
