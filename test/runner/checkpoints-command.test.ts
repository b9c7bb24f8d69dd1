import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planRun } from '../../runner/actions/plan-rollback-run.ts';
import { saveFailedState, takeCheckpoint } from '../../runner/actions/saved-states.ts';
import { applyRollback } from '../../runner/git/restore.ts';
import { cli } from './control-room.ts';
import { startTree } from './git/check-rollback.ts';
import { makeWorkTree, manifest, type WorkTree } from './git/work-tree.ts';
import { toolHost } from './tool-host.ts';

const node = join(import.meta.dirname, '../../node_modules/.bin/node');
const day = (n: number) => new Date(Date.UTC(2026, 4, n));

function kintsugi({ root }: WorkTree, ...args: string[]) {
  const all = [cli, 'checkpoints', ...args, '--component', 'shop', '--work-tree', root];
  const { status, stdout, stderr } = spawnSync(node, all, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

it('lists checkpoints with what needs them, says what pruning would drop, and drops just that', async () => {
  const tree = startTree();
  for (const [index, name] of ['one', 'two', 'three'].entries())
    await takeCheckpoint(tree.root, 'shop', { name, at: day(index + 1) });
  const names = () => tree.git('for-each-ref', '--format=%(refname:lstrip=4)', 'refs/kintsugi/checkpoints/shop');
  const list = kintsugi(tree);
  expect(list).toMatchObject({ status: 0, stderr: '' });
  expect(list.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^2026-05-03T\S+ {2}three {2}\d+ files, [\d.]+ MB {2}needed: the newest$/),
    expect.stringMatching(/ {2}two {2}\d+ files, [\d.]+ MB$/),
    expect.stringMatching(/ {2}one {2}/),
  ]);
  const before = names();
  const dry = kintsugi(tree, 'prune', '--keep', '2', '--older-than', '1h', '--dry-run');
  expect(dry.stdout).toMatch(/checkpoints\/shop\/one\nWould drop 1 saved state\. Nothing was dropped\./);
  expect(names()).toBe(before);
  expect(kintsugi(tree, 'prune', '--keep', '2', '--older-than', '1h').stdout).toContain('Dropped 1 saved state.');
  expect(names().split('\n').sort()).toEqual(['three', 'two']);
});

it.each([
  [['prune', '--keep', '0'], /^kintsugi: --keep "0": must be 1 or more, such as 10$/m],
  [['prune', '--older-than', 'soon'], /^kintsugi: --older-than "soon": must be days or hours/],
])('drops nothing when it is told %j', (args, words) => {
  expect(kintsugi(startTree(), ...args)).toMatchObject({ status: 2, stderr: expect.stringMatching(words) });
});

it('lists every path that a rollback would change, and says what it would not do', async () => {
  const tree = startTree();
  await takeCheckpoint(tree.root, 'shop', { name: 'good', at: day(1) });
  for (let n = 100; n < 160; n++) tree.write(`new/${n}`, 'added\n');
  tree.write('a.txt', 'broken\n');
  const planned = await planRun(tree.root, 'shop');
  expect(planned).toMatchObject({
    preview: {
      total: 61,
      listWith: 'kintsugi checkpoints preview --component shop --name good --config runner.yml',
    },
  });
  const { status, stdout } = kintsugi(tree, 'preview', '--name', 'good');
  expect([status, stdout.trim().split('\n')]).toEqual([
    0,
    [
      'restore   a.txt',
      ...Array.from({ length: 60 }, (_, index) => `delete    new/${100 + index}`),
      'Back to checkpoint good: 61 paths',
    ],
  ]);
  expect(kintsugi(tree, 'preview', '--name', 'nowhere')).toMatchObject({ status: 1, stdout: '' });
  expect(kintsugi(tree, 'preview', '--undo', 'R-0000000001')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('saved nothing in this work tree'),
  });
});

it('drops nothing by the journal of one place in the work tree of another', () => {
  const tree = startTree();
  const { configFile } = toolHost({
    workTrees: { shop: { path: 'shop', component: 'shop', check: { command: ['true'] } } },
  });
  expect(kintsugi(tree, 'prune', '--config', configFile)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/runner\.yml names no work tree .*; it names .*shop/),
  });
});

it('goes back to an older checkpoint that is named, and leaves the newer ones', async () => {
  const tree = startTree();
  await takeCheckpoint(tree.root, 'shop', { name: 'older', at: day(1) });
  const older = manifest(tree.root);
  tree.write('a.txt', 'newer\n');
  await takeCheckpoint(tree.root, 'shop', { name: 'newer', at: day(2) });
  tree.write('a.txt', 'broken\n');
  await saveFailedState(tree.root, 'shop', day(3));
  const planned = await planRun(tree.root, 'shop', { checkpoint: 'older' });
  if (planned.kind !== 'planned') throw new Error(planned.reason);
  expect(planned.preview.summary).toBe('Back to checkpoint older: 1 path');
  await applyRollback(planned.plan, { name: 'R-1', at: day(4) });
  expect(manifest(tree.root)).toEqual(older);
  expect(await planRun(tree.root, 'shop', { checkpoint: 'newer' })).toMatchObject({
    kind: 'refused',
    code: 'changed_by_others',
  });
  expect(await planRun(tree.root, 'shop', { checkpoint: 'nowhere' })).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('nowhere'),
  });
});

it('refuses submodules and locks in words, before anything is touched', async () => {
  const tree = startTree();
  const library = makeWorkTree();
  library.write('lib.c', 'int x;\n');
  library.commit();
  tree.git('submodule', '--quiet', 'add', library.root, 'lib');
  tree.commit();
  await takeCheckpoint(tree.root, 'shop', { name: 'good', at: day(1) });
  tree.write('lib/lib.c', 'int changed;\n');
  const before = manifest(tree.root);
  expect(await planRun(tree.root, 'shop')).toMatchObject({
    kind: 'refused',
    code: 'submodule_changed',
    reason: expect.stringContaining('"lib"'),
    advice: expect.stringContaining('git submodule update'),
  });
  tree.write('.git/index.lock', '');
  expect(await planRun(tree.root, 'shop')).toMatchObject({ kind: 'refused', code: 'index_locked' });
  tree.remove('.git/index.lock');
  expect(manifest(tree.root)).toEqual(before);
});
