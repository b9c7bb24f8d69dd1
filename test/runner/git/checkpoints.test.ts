import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCheckpoint, getCheckpoint, listCheckpoints } from '../../../runner/git/checkpoints.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { applyRollback, undoRollback } from '../../../runner/git/restore.ts';
import { gitFacts } from '../../../runner/git-facts.ts';
import { startTree } from './check-rollback.ts';
import { makeFolder, makeWorkTree, manifest } from './work-tree.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 4, 4, 10, n));

it('lists a component’s checkpoints newest first, and gives the newest unless one is named', async () => {
  const tree = startTree();
  await createCheckpoint(tree.root, { component: 'api', name: 'good', at: minute(1) });
  await createCheckpoint(tree.root, { component: 'api', at: minute(3) });
  await createCheckpoint(tree.root, { component: 'api', name: 'between', reason: 'a "quoted"\nreason', at: minute(2) });
  await createCheckpoint(tree.root, { component: 'web', name: 'other', at: minute(4) });
  const names = async () => (await listCheckpoints(tree.root, 'api')).map(({ details }) => details.name);
  expect(await names()).toEqual(['2026-05-04T10-03-00.000Z', 'between', 'good']);
  expect((await getCheckpoint(tree.root, 'api')).details.name).toBe('2026-05-04T10-03-00.000Z');
  expect((await getCheckpoint(tree.root, 'api', 'between')).details.reason).toBe('a "quoted"\nreason');
  await expect(getCheckpoint(tree.root, 'unknown')).rejects.toMatchObject({ code: 'not_found' });
  await expect(getCheckpoint(tree.root, 'api', 'unknown')).rejects.toMatchObject({ code: 'not_found' });
});

it('keeps the checkpoints of linked work trees apart', async () => {
  const main = startTree();
  const linked = join(makeFolder(), 'linked');
  main.git('worktree', 'add', '-q', '-b', 'side', linked);
  await createCheckpoint(main.root, { component: 'api', name: 'of-main', at: minute(1) });
  expect(await listCheckpoints(linked, 'api')).toEqual([]);
  await expect(getCheckpoint(linked, 'api', 'of-main')).rejects.toMatchObject({ code: 'of_another_work_tree' });
});

it('rolls back to a checkpoint that was dropped after the run began, and undoes it', async () => {
  const tree = startTree();
  const checkpoint = await createCheckpoint(tree.root, { component: 'api', name: 'good', at: minute(1) });
  tree.write('untracked', 'x');
  const plan = await planRollback(tree.root, { checkpoint });
  const bad = manifest(tree.root);
  const { savedRef } = await applyRollback(plan, { name: 'r', at: minute(2) });
  tree.git('update-ref', '-d', checkpoint.ref);
  tree.git('gc', '-q', '--prune=now');
  expect((await applyRollback(plan, { name: 'r', at: minute(3) })).alreadyThere).toEqual(['untracked']);
  await undoRollback(tree.root, savedRef, { at: minute(4) });
  expect(manifest(tree.root)).toEqual(bad);
});

it('names what the failed work did to each path', async () => {
  const tree = startTree();
  tree.write('moved', 'one\ntwo\nthree\nfour\nfive\n');
  tree.write('image', Buffer.from([0, 1, 2]));
  const checkpoint = await createCheckpoint(tree.root, { component: 'api', at: minute(1) });
  tree.write('a.txt', 'one\n2\nthree\n');
  tree.git('mv', '-f', 'src/b.js', 'src/renamed.js');
  tree.remove('moved');
  tree.write('moved to', 'one\ntwo\nthree\nfour\n5\n');
  tree.write('image', Buffer.from([3, 0]));
  tree.chmod('.gitignore', 0o755);
  tree.remove('src/deep/c.js');
  tree.link('src/deep/c.js', 'elsewhere');
  const plan = await planRollback(tree.root, { checkpoint });
  expect(plan.changes.map(({ path, kind, renamedFrom }) => [kind, path, renamedFrom])).toEqual([
    ['mode', '.gitignore', undefined],
    ['modified', 'a.txt', undefined],
    ['modified', 'image', undefined],
    ['deleted', 'moved', undefined],
    ['added', 'moved to', undefined],
    ['deleted', 'src/b.js', undefined],
    ['type-changed', 'src/deep/c.js', undefined],
    ['renamed', 'src/renamed.js', 'src/b.js'],
  ]);
});

it('says where HEAD was when it moved since', async () => {
  const tree = startTree();
  const checkpoint = await createCheckpoint(tree.root, { component: 'api', at: minute(1) });
  tree.git('checkout', '-q', '-b', 'fix');
  tree.write('a.txt', 'failed');
  tree.commit();
  const { notes } = await planRollback(tree.root, { checkpoint });
  expect(notes).toEqual([
    'The checkpoint was taken on main; the work tree is on fix now.',
    'HEAD has moved since the checkpoint. It stays where it is; `git status` will show the restored files.',
  ]);
});

it('tells the state of a work tree for a signal, from any folder in it, and of no repository nothing', async () => {
  const tree = startTree();
  const head = tree.git('rev-parse', 'HEAD');
  const of = (folder: string) => gitFacts('api', folder);
  expect(await of(join(tree.root, 'src'))).toEqual({
    root: tree.root,
    hasCheckpoint: false,
    facts: { branch: 'main', head, dirty: false },
  });
  await createCheckpoint(tree.root, { component: 'api', name: 'good', at: minute(1) });
  tree.write('1 .M untracked? u', 'x');
  tree.git('checkout', '-q', '--detach');
  expect(await of(tree.root)).toMatchObject({ hasCheckpoint: true, facts: { head, dirty: true, checkpoint: 'good' } });
  expect((await of(makeWorkTree().root))?.facts).toEqual({ branch: 'main', dirty: false });
  expect(await of(makeFolder())).toBeUndefined();
});
