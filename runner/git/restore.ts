import { assertUntouched, carryOut, findUnfinished, type PathStep, type Work } from './carry-out.ts';
import { dropRefs } from './drop-refs.ts';
import { differingPaths, sameEntry } from './entry.ts';
import { GitRefusal, nameSome } from './git-refusal.ts';
import { assertPossible } from './preflight.ts';
import { readAttachment, readSnapshot, type Snapshot } from './read-snapshot.ts';
import { assertCalm, openRepository, type Repository, readRef } from './repository.ts';
import { withRollbackLock } from './rollback-lock.ts';
import { parsePlan, type RollbackPlan } from './rollback-plan.ts';
import { saveEverything } from './snapshot.ts';
import type { SnapshotKind } from './snapshot-details.ts';
import { snapshotRef } from './snapshot-ref.ts';
import { isUnder } from './tree-path.ts';

export type RestoreStep =
  | { step: 'saved'; ref: string }
  | ({ step: 'path'; index: number; of: number } & PathStep)
  | { step: 'verified'; paths: number };

export interface ApplyOptions {
  /** Names the run: its saved state is `refs/kintsugi/before-recovery/NAME`. */
  name: string;
  at: Date;
  reason?: string;
  onStep?: (step: RestoreStep) => Promise<void> | void;
}

export interface Restored {
  /** Holds every byte that was there before. */
  savedRef: string;
  planHash: string;
  /** Brought to the state of the checkpoint (or, for an undo, of the moment before) by this call. */
  restored: string[];
  /** Had that state already, after an earlier try. */
  alreadyThere: string[];
}

/**
 * Carries out a plan.
 *
 * Guaranteed: before the first file is touched, everything on disk is saved under `refs/kintsugi/before-recovery/NAME`, and each
 * planned path was found there as planned. Only planned paths are written. Each file changes in one step (temp file, then
 * rename), right after a last look that it is still as planned; a difference stops the work before that path. HEAD, branches
 * and the index are not written: `git status` afterwards shows the restored files against them. Permission bits of files and folders
 * come back; times, hard links and extended attributes do not. At the end each path was compared with the checkpoint, byte for byte.
 * Not guarded against: another process that works in the same folders at the same time. In the instant between the last look and
 * the rename it can write the file, or put a symlink in the place of a folder above it, and the rename then goes where that
 * points. Whoever may write the work tree can do so; so the runner runs as the user whose work tree it is, never as root.
 *
 * Called again with the same name and plan (a redelivery, a killed runner) it finishes what is left.
 */
export async function applyRollback(given: RollbackPlan, options: ApplyOptions): Promise<Restored> {
  const plan = parsePlan(given);
  const repository = await openRepository(plan.workTree);
  const ref = snapshotRef('before-recovery', options.name);
  return withRollbackLock(repository, async () => {
    await assertCalm(repository);
    await assertNotUndone(repository, options.name);
    if (!(await readRef(repository, ref))) await saveBefore(repository, plan, options);
    const saved = await readSnapshot(repository, ref);
    await assertSamePlan(repository, saved, plan);
    assertSavedAsPlanned(saved, plan);
    const checkpoint = await readSnapshot(repository, plan.checkpoint.commit);
    const { folders, folderModes } = checkpoint;
    const work = { changes: plan.changes, folders, folderModes, foldersBefore: saved.folders, id: plan.planHash };
    return run(repository, work, ref, options.onStep);
  });
}

/**
 * Returns the paths of a rollback, finished or cut short, to the exact moment before it. Saves everything first, too, under
 * `refs/kintsugi/before-undo/NAME`. A path that was changed since by someone else refuses the undo; what else was changed between
 * the two saves is named and stays. Safe to run again.
 */
export async function undoRollback(
  workTree: string,
  savedRef: string,
  { at, onStep }: Pick<ApplyOptions, 'at' | 'onStep'>,
): Promise<Restored & { changedMeanwhile: string[] }> {
  const repository = await openRepository(workTree);
  const saved = await readSnapshot(repository, savedRef);
  const plan = parsePlan(await readAttachment(repository, saved, 'plan.json'));
  const { name } = saved.details;
  const ref = snapshotRef('before-undo', name);
  const changes = plan.changes.map(({ path, now, target }) => ({ path, now: target, target: now }));
  const { folders: foldersBefore } = await readSnapshot(repository, plan.checkpoint.commit);
  const { folders, folderModes } = saved;
  const work = { changes, folders, folderModes, foldersBefore, id: plan.planHash };
  return withRollbackLock(repository, async () => {
    await assertCalm(repository);
    await assertUntouched(repository, work);
    if (!(await readRef(repository, ref))) {
      await save(repository, plan, 'before-undo', { name, at, reason: `before the undo of ${savedRef}` });
    }
    const restored = await run(repository, work, ref, onStep);
    const ours = new Set(changes.map(({ path }) => path));
    const found = await readSnapshot(repository, ref);
    // What is ignored in one of the two states is in one of them alone, and nobody changed it.
    const ignored = [...saved.ignoredRoots, ...found.ignoredRoots];
    const isOthers = (path: string) => !ours.has(path) && !ignored.some((root) => isUnder(path, root));
    return { ...restored, changedMeanwhile: differingPaths(saved, found).filter(isOthers) };
  });
}

/** Which of the paths that a rollback brought back are different again. */
export async function changedSince({ workTree, changes, checkpoint, planHash }: RollbackPlan): Promise<string[]> {
  const repository = await openRepository(workTree);
  const { folders, folderModes } = await readSnapshot(repository, checkpoint.commit);
  return findUnfinished(repository, { changes, folders, folderModes, foldersBefore: new Set(), id: planHash });
}

/** Forgets what a run saved before it touched anything, when its plan does not hold any more. */
export async function dropUnused(workTree: string, name: string): Promise<void> {
  const repository = await openRepository(workTree);
  await withRollbackLock(repository, () => dropRefs(repository, [snapshotRef('before-recovery', name)]));
}

async function saveBefore(repository: Repository, plan: RollbackPlan, options: ApplyOptions): Promise<void> {
  if (plan.conflicts.length > 0) {
    const paths = plan.conflicts.map(({ path }) => path);
    const { conflicts } = plan;
    throw new GitRefusal('changed_by_others', `Not the failed work's alone: ${nameSome(paths)}`, { conflicts });
  }
  const reason = options.reason ?? `before the rollback to ${plan.checkpoint.ref}`;
  await save(repository, plan, 'before-recovery', { ...options, reason });
}

/** On each try: only what the ref really holds may be overwritten. */
function assertSavedAsPlanned(saved: Snapshot, plan: RollbackPlan): void {
  const moved = plan.changes.filter(({ path, now }) => !sameEntry(saved.entries.get(path) ?? null, now));
  if (moved.length > 0) {
    const paths = moved.map(({ path }) => path);
    const evidence = { paths, savedRef: saved.ref };
    throw new GitRefusal('changed_since_plan', `Changed since the plan was made: ${nameSome(paths)}`, evidence);
  }
}

function save(
  repository: Repository,
  plan: RollbackPlan,
  kind: SnapshotKind,
  { name, at, reason }: { name: string; at: Date; reason: string },
): Promise<Snapshot> {
  const also = plan.changes.map(({ path }) => path);
  return saveEverything(repository, {
    kind,
    name,
    at,
    reason,
    also,
    keep: [plan.checkpoint.commit],
    attach: { 'plan.json': plan },
  });
}

async function assertNotUndone(repository: Repository, name: string): Promise<void> {
  const ref = snapshotRef('before-undo', name);
  if (await readRef(repository, ref)) throw new GitRefusal('already_undone', `${name} was undone`, { ref });
}

async function assertSamePlan(repository: Repository, saved: Snapshot, plan: RollbackPlan): Promise<void> {
  const { planHash } = parsePlan(await readAttachment(repository, saved, 'plan.json'));
  if (planHash === plan.planHash) return;
  throw new GitRefusal('already_exists', `${saved.ref} belongs to another plan`, { ref: saved.ref, planHash });
}

async function run(
  repository: Repository,
  work: Work,
  savedRef: string,
  onStep: ApplyOptions['onStep'],
): Promise<Restored> {
  await assertUntouched(repository, work);
  await assertPossible(repository, work.changes);
  await onStep?.({ step: 'saved', ref: savedRef });
  const done: PathStep[] = [];
  try {
    await carryOut(repository, work, async (path) => {
      done.push(path);
      await onStep?.({ step: 'path', index: done.length, of: work.changes.length, ...path });
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const evidence = { savedRef, done: done.length, of: work.changes.length, why };
    throw new GitRefusal(
      'stopped_midway',
      `Stopped after ${done.length} of ${work.changes.length}: ${why}`,
      evidence,
      error,
    );
  }
  const unfinished = await findUnfinished(repository, work);
  if (unfinished.length > 0) {
    throw new GitRefusal('not_verified', `Not as they should be: ${nameSome(unfinished)}`, { savedRef, unfinished });
  }
  await onStep?.({ step: 'verified', paths: work.changes.length });
  const pathsThatWere = (already: boolean) =>
    done.filter(({ outcome }) => (outcome === 'already-there') === already).map(({ path }) => path);
  return { savedRef, planHash: work.id, restored: pathsThatWere(false), alreadyThere: pathsThatWere(true) };
}
