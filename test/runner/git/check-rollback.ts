import { expect } from 'vitest';
import { createCheckpoint } from '../../../runner/git/checkpoints.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { applyRollback, undoRollback } from '../../../runner/git/restore.ts';
import {
  gitFacts,
  ignoredPaths,
  lostBytes,
  makeWorkTree,
  manifest,
  reachableHashes,
  type WorkTree,
} from './work-tree.ts';

export interface Case {
  /** Before the checkpoint. */
  given?: (tree: WorkTree) => void;
  /** The failed work. */
  failed: (tree: WorkTree) => void;
  /** Paths that the rollback leaves as the failed work made them. */
  left?: string[];
}

/** Stays in the work tree through every case: staged, untracked, ignored and changed work of someone else. */
function bystanders({ write, git }: WorkTree): void {
  write('other/staged', 'staged\n');
  git('add', 'other/staged');
  write('other/staged', 'and changed again\n');
  write('other/untracked', 'mine\n');
  write('node_modules/cache', 'ignored\n');
  write('debug.log', 'ignored too\n');
}

/**
 * Checkpoint, failed work, plan, rollback, undo: what must hold after each. The rollback gives back the checkpoint and leaves HEAD,
 * branches and index; every byte that was there is reachable from the ref; the undo gives back the moment before.
 */
export async function checkRollback(tree: WorkTree, { given, failed, left = [] }: Case): Promise<void> {
  given?.(tree);
  bystanders(tree);
  const good = manifest(tree.root);
  const before = gitFacts(tree);
  const checkpoint = await createCheckpoint(tree.root, { component: 'api', at: new Date() });
  expect(gitFacts(tree)).toEqual(before);
  expect(manifest(tree.root)).toEqual(good);

  failed(tree);
  const [bad, facts] = [manifest(tree.root), gitFacts(tree)];
  const plan = await planRollback(tree.root, { checkpoint });
  const planned = new Set(plan.changes.map(({ path }) => path));
  const leftInPlace = new Set([...ignoredPaths(tree)].filter((path) => !planned.has(path)));
  expect(plan.conflicts).toEqual([]);
  expect(manifest(tree.root)).toEqual(bad);

  // Through JSON, as a journal keeps it.
  const done = await applyRollback(JSON.parse(JSON.stringify(plan)), { name: 'run-1', at: new Date() });
  const kept = Object.fromEntries(left.map((path) => [path, bad[path]]));
  const after = manifest(tree.root);
  expect(after).toEqual({ ...good, ...kept });
  for (const path of leftInPlace) expect([path, after[path]]).toEqual([path, bad[path]]);
  expect(gitFacts(tree)).toEqual(facts);
  const innerPaths = /^(agent-2|vendor\/lib)\//;
  const outer = Object.fromEntries(
    Object.entries(bad).filter(([path]) => !innerPaths.test(path) && !leftInPlace.has(path)),
  );
  expect(lostBytes(outer, reachableHashes(tree, done.savedRef))).toEqual([]);

  const undone = await undoRollback(tree.root, done.savedRef, { at: new Date() });
  expect(manifest(tree.root)).toEqual(bad);
  expect(gitFacts(tree)).toEqual(facts);
  expect(undone.restored).toEqual(expect.arrayContaining(done.restored));
  expect(undone.changedMeanwhile).toEqual([]);
}

export function startTree(root?: string): WorkTree {
  const tree = makeWorkTree(root);
  tree.write('.gitignore', 'node_modules\n*.log\n');
  tree.write('a.txt', 'one\ntwo\n');
  tree.write('src/b.js', 'export {};\n');
  tree.write('src/deep/c.js', 'export {};\n');
  tree.commit('first');
  return tree;
}
