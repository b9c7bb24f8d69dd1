import { expect, it } from 'vitest';
import { planRun } from '../../runner/actions/plan-rollback-run.ts';
import { markVerified, saveFailedState, takeCheckpoint } from '../../runner/actions/saved-states.ts';
import { applyRollback } from '../../runner/git/restore.ts';
import { startTree } from './git/check-rollback.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 4, 4, 10, n));

async function treeWithCheckpoint() {
  const tree = startTree();
  await takeCheckpoint(tree.root, 'shop', { name: 'good', at: minute(0) });
  return tree;
}

it('takes what was changed after the first failure for somebody’s own work, however often it fails again', async () => {
  const tree = await treeWithCheckpoint();
  tree.write('a.txt', 'broken\n');
  await saveFailedState(tree.root, 'shop', minute(1));
  tree.write('a.txt', 'broken, and mended by hand\n');
  tree.write('src/b.js', 'by hand, too\n');
  await saveFailedState(tree.root, 'shop', minute(2));
  expect(await planRun(tree.root, 'shop')).toMatchObject({
    kind: 'refused',
    code: 'changed_by_others',
    reason: expect.stringContaining('"a.txt"'),
    advice: expect.stringMatching(/by hand.*new checkpoint/),
  });
  // Settled by hand: what others did elsewhere is left alone.
  tree.write('a.txt', 'broken\n');
  expect(await planRun(tree.root, 'shop')).toMatchObject({ kind: 'planned', preview: { items: [{ what: 'a.txt' }] } });
});

it('forgets the failures before a verified recovery, and those before a checkpoint', async () => {
  const tree = await treeWithCheckpoint();
  tree.write('a.txt', 'broken\n');
  await saveFailedState(tree.root, 'shop', minute(1));
  const first = await planRun(tree.root, 'shop');
  if (first.kind !== 'planned') throw new Error(first.reason);
  const { savedRef } = await applyRollback(first.plan, { name: 'R-1', at: minute(2) });
  await markVerified(tree.root, 'shop', savedRef, minute(3));
  tree.write('a.txt', 'broken in another way\n');
  await saveFailedState(tree.root, 'shop', minute(4));
  expect(await planRun(tree.root, 'shop')).toMatchObject({ kind: 'planned', preview: { items: [{ what: 'a.txt' }] } });

  await takeCheckpoint(tree.root, 'shop', { name: 'new', at: minute(5) });
  tree.write('src/b.js', 'broken again\n');
  await saveFailedState(tree.root, 'shop', minute(6));
  expect(await planRun(tree.root, 'shop')).toMatchObject({
    kind: 'planned',
    preview: { summary: 'Back to checkpoint new: 1 path', items: [{ what: 'src/b.js' }] },
  });
});

it('keeps the last twenty failed states, and always the first that counts', async () => {
  const tree = await treeWithCheckpoint();
  tree.write('a.txt', 'broken\n');
  for (let n = 1; n <= 24; n++) await saveFailedState(tree.root, 'shop', minute(n * 60));
  const kept = tree.git('for-each-ref', '--format=%(refname:lstrip=4)', 'refs/kintsugi/saved/shop').split('\n');
  expect(kept).toHaveLength(21);
  expect(kept[0]).toBe('failed-2026-05-04T11-00-00.000Z');
  expect(kept[1]).toBe('failed-2026-05-04T15-00-00.000Z');
  expect(await planRun(tree.root, 'shop')).toMatchObject({ kind: 'planned' });
});
