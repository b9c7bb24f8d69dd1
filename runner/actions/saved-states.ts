import { createCheckpoint, getCheckpoint, listCheckpoints, timeName, timeOf } from '../git/checkpoints.ts';
import { dropRefs } from '../git/drop-refs.ts';
import { git } from '../git/git-process.ts';
import { parseDetails, readSnapshot, type Snapshot } from '../git/read-snapshot.ts';
import { openRepository, type Repository } from '../git/repository.ts';
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

/** A failed state is kept at least so long: a run that waits for its go may need it. */
const neededMs = 60 * 60_000;
const mostFailedStates = 20;

/** What the failed work left, saved the moment it failed: a rollback can then tell it from what others changed later. */
export async function saveFailedState(workTree: string, component: string, at: Date): Promise<Snapshot> {
  const name = `failed-${timeName(at)}`;
  const saved = await saveEverything(workTree, {
    component: folderName(component),
    name,
    at,
    reason: 'a command failed here',
  });
  await pruneFailedStates(workTree, component, at);
  return saved;
}

/** Notes that the component was verified after a rollback: what failed before is over. */
export async function markVerified(workTree: string, component: string, savedRef: string, at: Date): Promise<void> {
  const { root } = await openRepository(workTree);
  await git(['update-ref', `refs/kintsugi/verified/${folderName(component)}/${timeName(at)}`, savedRef], { cwd: root });
}

/** The other way round: that recovery was undone, so what failed before it is what fails now. */
export async function unmarkVerified(workTree: string, component: string, savedCommit: string): Promise<void> {
  const repository = await openRepository(workTree);
  const prefix = `refs/kintsugi/verified/${folderName(component)}/`;
  const marks = await git(['for-each-ref', '--format=%(refname)', `--points-at=${savedCommit}`, prefix], {
    cwd: repository.root,
  });
  const refs = marks.stdout.toString('utf8').split('\n').slice(0, -1);
  await dropRefs(repository, refs);
}

/**
 * The state in which the work at hand failed first: after the newest checkpoint (it worked then, whichever one a rollback returns
 * to), and after the last verified recovery. What was changed since then may be anybody's. Later failures are no proof: they
 * also saw what others had changed by then.
 */
export async function firstFailedState(workTree: string, component: string): Promise<Snapshot | undefined> {
  const repository = await openRepository(workTree);
  const [newest] = await checkpointsOf(workTree, component);
  const first = newest && (await firstRelevant(repository, component, newest.details.at));
  return first && readSnapshot(repository, first.ref);
}

async function firstRelevant(repository: Repository, component: string, checkpointAt: string) {
  const folder = folderName(component);
  const verified = await listRefs(repository, `refs/kintsugi/verified/${folder}/`);
  const since = [timeName(new Date(checkpointAt)), ...verified.map(({ time }) => time)].sort().at(-1) ?? '';
  const failed = await listRefs(repository, `refs/kintsugi/saved/${folder}/failed-`);
  return failed.find(({ time }) => time > since);
}

/** Never the first that counts, nor one that is so new that a run may wait with it. */
async function pruneFailedStates(workTree: string, component: string, now: Date): Promise<void> {
  const repository = await openRepository(workTree);
  const [newest] = await checkpointsOf(workTree, component);
  const kept = await firstRelevant(repository, component, newest?.details.at ?? new Date(0).toISOString());
  const oldEnough = timeName(new Date(now.getTime() - neededMs));
  const failed = await listRefs(repository, `refs/kintsugi/saved/${folderName(component)}/failed-`);
  const gone = failed.slice(0, -mostFailedStates).filter(({ ref, time }) => ref !== kept?.ref && time < oldEnough);
  await dropRefs(
    repository,
    gone.map(({ ref }) => ref),
  );
}

/** The states in which the component failed, oldest first. */
export async function failedStatesOf(repository: Repository, component: string) {
  return withTimes(await listRefs(repository, `refs/kintsugi/saved/${folderName(component)}/failed-`));
}

/** The recoveries whose check passed, oldest first. */
export async function verifiedOf(repository: Repository, component: string) {
  return withTimes(await listRefs(repository, `refs/kintsugi/verified/${folderName(component)}/`));
}

function withTimes(refs: readonly { ref: string; time: string }[]): { ref: string; at: Date }[] {
  return refs.map(({ ref, time }) => ({ ref, at: timeOf(time) }));
}

/** What recoveries of this work tree saved before they wrote, oldest first. */
export async function savedByRuns(repository: Repository): Promise<{ ref: string; at: Date }[]> {
  const kinds = ['before-recovery', 'before-undo'].map((kind) => `refs/kintsugi/${kind}/`);
  const listed = await Promise.all(kinds.map((prefix) => listSnapshots(repository, prefix)));
  return listed
    .flat()
    .map(({ ref, details }) => ({ ref, at: new Date(details.at) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** The snapshots of this work tree whose refs begin so, oldest first, with the time that ends their names. */
async function listRefs(repository: Repository, prefix: string): Promise<{ ref: string; time: string }[]> {
  const listed = await listSnapshots(repository, prefix);
  return listed.map(({ ref }) => ({ ref, time: ref.slice(prefix.length) }));
}

async function listSnapshots({ root, workTreeId }: Repository, prefix: string) {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const format = '%(refname)%0a%(contents:body)%00';
  const { stdout } = await git(['for-each-ref', `--format=${format}`, '--sort=refname', folder], { cwd: root });
  return stdout
    .toString('utf8')
    .split('\0')
    .map((record) => record.trimStart())
    .flatMap((record) => {
      const ref = record.split('\n')[0] ?? '';
      if (!ref.startsWith(prefix)) return [];
      const details = parseDetails(record, ref);
      return details.workTreeId === workTreeId ? [{ ref, details }] : [];
    });
}
