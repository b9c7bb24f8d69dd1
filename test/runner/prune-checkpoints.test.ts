import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKnownRuns } from '../../runner/actions/known-runs.ts';
import { neededRefs } from '../../runner/actions/needed-refs.ts';
import { planRun } from '../../runner/actions/plan-rollback-run.ts';
import { pruneCheckpoints } from '../../runner/actions/prune-checkpoints.ts';
import { markVerified, saveFailedState, takeCheckpoint } from '../../runner/actions/saved-states.ts';
import { applyRollback } from '../../runner/git/restore.ts';
import { startTree } from './git/check-rollback.ts';
import { makeFolder, type WorkTree } from './git/work-tree.ts';

const day = (n: number) => new Date(Date.UTC(2026, 4, n));
const rules = { component: 'shop', keep: 1, olderThanMs: 30 * 24 * 60 * 60_000, now: day(100), dryRun: false };
const checkpointNames = ({ git }: WorkTree) =>
  git('for-each-ref', '--format=%(refname:lstrip=4)', 'refs/kintsugi/checkpoints/shop').split('\n');

/** Five checkpoints; the work failed after the second, and run R-0000000001 went back to the third. */
async function longHistory() {
  const tree = startTree();
  await takeCheckpoint(tree.root, 'shop', { name: 'one', at: day(1) });
  await takeCheckpoint(tree.root, 'shop', { name: 'two', at: day(2) });
  tree.write('a.txt', 'broken\n');
  await saveFailedState(tree.root, 'shop', day(3));
  tree.write('a.txt', 'one\ntwo\n');
  await takeCheckpoint(tree.root, 'shop', { name: 'three', at: day(4) });
  tree.write('a.txt', 'broken again\n');
  const planned = await planRun(tree.root, 'shop', { checkpoint: 'three' });
  if (planned.kind !== 'planned') throw new Error(planned.reason);
  await applyRollback(planned.plan, { name: 'R-0000000001', at: day(5) });
  await takeCheckpoint(tree.root, 'shop', { name: 'four', at: day(6) });
  await takeCheckpoint(tree.root, 'shop', { name: 'five', at: day(7) });
  const journal = makeFolder();
  mkdirSync(journal, { recursive: true });
  const line = {
    kind: 'planned',
    at: day(5).toISOString(),
    nonce: 'n',
    preview: planned.preview,
    plan: planned.plan,
    places: [],
  };
  writeFileSync(join(journal, 'R-0000000001.jsonl'), `${JSON.stringify(line)}\n{"half a li`);
  return { tree, journal };
}

it('drops what is old and needed by nothing, and says before what that would be', async () => {
  const { tree, journal } = await longHistory();
  const runs = readKnownRuns(journal);
  const would = await pruneCheckpoints(tree.root, { ...rules, runs, dryRun: true });
  expect(checkpointNames(tree)).toHaveLength(5);
  const gone = await pruneCheckpoints(tree.root, { ...rules, runs });
  expect(gone).toEqual(would);
  // Two: the failed state's. Three: the run's. Five: the newest.
  expect(checkpointNames(tree)).toEqual(['five', 'three', 'two']);
  expect(tree.git('for-each-ref', '--format=%(refname)', 'refs/kintsugi/before-recovery')).not.toBe('');
  expect(await pruneCheckpoints(tree.root, { ...rules, runs })).toEqual([]);
  const why = await neededRefs(tree.root, 'shop', runs);
  expect(why.get('refs/kintsugi/checkpoints/shop/three')).toBe('run R-0000000001, which is not over');
});

it('drops nothing that is young or among the newest, nor what any run saved when it does not know the runs', async () => {
  const { tree } = await longHistory();
  expect(await pruneCheckpoints(tree.root, { ...rules, keep: 5 })).toEqual([]);
  expect(await pruneCheckpoints(tree.root, { ...rules, now: day(20) })).toEqual([]);
  await pruneCheckpoints(tree.root, rules);
  expect(checkpointNames(tree)).toEqual(['five', 'three', 'two']);
});

it('keeps what the last recovery that worked went back to, and lets go of what a forgotten run saved', async () => {
  const { tree } = await longHistory();
  const saved = 'refs/kintsugi/before-recovery/R-0000000001';
  await markVerified(tree.root, 'shop', saved, day(5));
  tree.write('a.txt', 'two lines\n');
  await pruneCheckpoints(tree.root, { ...rules, keep: 0, runs: [] });
  expect(checkpointNames(tree)).toEqual(['five', 'three', 'two']);
  expect(tree.git('for-each-ref', '--format=%(refname)', 'refs/kintsugi/before-recovery')).toBe('');
});
