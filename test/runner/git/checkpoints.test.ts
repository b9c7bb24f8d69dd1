import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  changedBetween,
  createCheckpoint,
  dropCheckpoint,
  getCheckpoint,
  listCheckpoints,
} from '../../../runner/git/checkpoints.ts';
import { gitState } from '../../../runner/git/git-state.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { applyRollback, undoRollback } from '../../../runner/git/restore.ts';
import { summariseChange } from '../../../runner/git/summary.ts';
import { startTree } from './check-rollback.ts';
import { gitFacts, makeFolder, makeWorkTree, manifest } from './work-tree.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 4, 4, 10, n));

it('lists a component’s checkpoints newest first, gives the newest unless one is named, and forgets one when told', async () => {
  const tree = startTree();
  await createCheckpoint(tree.root, { component: 'api', name: 'good', at: minute(1) });
  await createCheckpoint(tree.root, { component: 'api', at: minute(3) });
  await createCheckpoint(tree.root, { component: 'api', name: 'between', reason: 'a "quoted"\nreason', at: minute(2) });
  await createCheckpoint(tree.root, { component: 'web', name: 'other', at: minute(4) });
  const names = async () => (await listCheckpoints(tree.root, 'api')).map(({ details }) => details.name);
  expect(await names()).toEqual(['2026-05-04T10-03-00.000Z', 'between', 'good']);
  expect((await getCheckpoint(tree.root, 'api')).details.name).toBe('2026-05-04T10-03-00.000Z');
  expect((await getCheckpoint(tree.root, 'api', 'between')).details.reason).toBe('a "quoted"\nreason');
  expect([
    await dropCheckpoint(tree.root, 'api', 'between'),
    await dropCheckpoint(tree.root, 'api', 'between'),
  ]).toEqual([true, false]);
  expect(await names()).toEqual(['2026-05-04T10-03-00.000Z', 'good']);
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
  await dropCheckpoint(tree.root, 'api', 'good');
  tree.git('gc', '-q', '--prune=now');
  expect((await applyRollback(plan, { name: 'r', at: minute(3) })).alreadyThere).toEqual(['untracked']);
  await undoRollback(tree.root, savedRef, { at: minute(4) });
  expect(manifest(tree.root)).toEqual(bad);
});

it('names the paths that changed between two saved states, commits or not', async () => {
  const tree = startTree();
  const before = await createCheckpoint(tree.root, { component: 'api', name: 'before', at: minute(1) });
  tree.write('a.txt', 'changed\n');
  tree.commit();
  tree.write('new', 'x');
  tree.remove('src/b.js');
  const after = await createCheckpoint(tree.root, { component: 'api', name: 'after', at: minute(2) });
  expect(changedBetween(before, after).map(({ path, before, after }) => [path, before?.type, after?.type])).toEqual([
    ['a.txt', 'file', 'file'],
    ['new', undefined, 'file'],
    ['src/b.js', 'file', undefined],
  ]);
  expect(changedBetween(before, before)).toEqual([]);
});

it('names what the failed work did and counts its lines, before the rollback and after it alike', async () => {
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
  const facts = gitFacts(tree);
  const objects = tree.git('count-objects', '-v');
  const preview = await summariseChange(tree.root, plan);
  expect(preview).toMatchObject({ files: 6, linesAdded: 4, linesRemoved: 3, binary: 1, savedRef: undefined });
  expect(preview.paths).toContainEqual({ path: 'moved to', renamedFrom: 'moved', linesAdded: 1, linesRemoved: 1 });
  expect([gitFacts(tree), tree.git('count-objects', '-v')]).toEqual([facts, objects]);
  const { savedRef } = await applyRollback(plan, { name: 'r', at: minute(2) });
  expect(await summariseChange(tree.root, plan, savedRef)).toEqual({ ...preview, savedRef });
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
  const clean = { root: tree.root, branch: 'main', detached: false, head: tree.git('rev-parse', 'HEAD'), dirty: false };
  expect(await gitState(join(tree.root, 'src'))).toEqual({
    ...clean,
    staged: 0,
    modified: 0,
    untracked: 0,
    unmerged: 0,
  });
  tree.write('a.txt', 'x');
  tree.git('mv', 'src/b.js', 'src/moved\nto.js');
  tree.write('1 .M untracked? u', 'x');
  tree.git('checkout', '-q', '--detach');
  const state = await gitState(tree.root);
  expect(state).toMatchObject({ branch: undefined, detached: true, dirty: true, staged: 2, modified: 1, untracked: 1 });
  const empty = await gitState(makeWorkTree().root);
  expect(empty).toMatchObject({ branch: 'main', head: undefined, dirty: false });
  expect(await gitState(makeFolder())).toBeUndefined();
});
