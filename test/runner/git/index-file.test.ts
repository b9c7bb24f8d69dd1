import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseIndex, readIndexFile } from '../../../runner/git/index-file.ts';
import { openRepository } from '../../../runner/git/repository.ts';
import { scanWorkTree } from '../../../runner/git/scan.ts';
import { saveEverything } from '../../../runner/git/snapshot.ts';
import { makeWorkTree, type WorkTree } from './work-tree.ts';

/** As git itself lists it. */
const listed = ({ git }: WorkTree) =>
  git('-c', 'core.quotePath=false', 'ls-files', '--stage')
    .split('\n')
    .map((line) => line.split(/[ \t]/));
const parsed = async ({ root }: WorkTree) =>
  (await readIndexFile(await openRepository(root))).entries.map(({ mode, oid, stage, path }) => [
    mode,
    oid,
    String(stage),
    path,
  ]);

function someFiles(): WorkTree {
  const tree = makeWorkTree();
  for (let n = 0; n < 40; n++) tree.write(`src/${'deep/'.repeat(n % 5)}f${'x'.repeat(n)}`, `${n}\n`);
  tree.write('übung.sh', 'x', 0o755);
  tree.link('link', 'src');
  tree.commit();
  return tree;
}

it.each(['2', '4'])('reads version %s as git does, padding and shared beginnings included', async (version) => {
  const tree = someFiles();
  tree.git('update-index', '--index-version', version);
  expect(readFileSync(join(tree.root, '.git/index')).readUInt32BE(4)).toBe(Number(version));
  expect((await readIndexFile(await openRepository(tree.root))).isPlain).toBe(true);
  expect(await parsed(tree)).toEqual(listed(tree));
});

it('knows what is only meant to be added, and saves its contents', async () => {
  const tree = someFiles();
  tree.write('meant', '');
  tree.git('add', '--intent-to-add', 'meant');
  const { entries } = await readIndexFile(await openRepository(tree.root));
  expect(entries.filter(({ isIntent }) => isIntent).map(({ path }) => path)).toEqual(['meant']);
  const { ref } = await saveEverything(tree.root, { name: 'all', reason: 'test', at: new Date() });
  expect(tree.git('ls-tree', '--name-only', ref, 'meant')).toBe('meant');
});

it('asks git about a split index, and takes nothing that is cut short for an index', async () => {
  const tree = someFiles();
  const whole = readFileSync(join(tree.root, '.git/index'));
  for (const length of [0, 11, 100, Math.floor(whole.length / 2)])
    expect(parseIndex(whole.subarray(0, length), 20)).toBeUndefined();
  tree.git('update-index', '--split-index');
  expect((await readIndexFile(await openRepository(tree.root))).isPlain).toBe(false);
  expect(await parsed(tree)).toEqual(listed(tree));
});

it.each([
  ['tracked', '.'],
  ['not tracked yet', 'secret'],
])(
  'saves the bytes on disk, not those of the index, where attributes that are %s convert them without changing their size',
  async (_how, added) => {
    const tree = makeWorkTree();
    tree.git('config', 'filter.mask.clean', 'tr a-z x');
    tree.write('.gitattributes', 'secret filter=mask\n');
    tree.write('secret', 'hello\n');
    const old = new Date(Date.now() - 60_000);
    utimesSync(join(tree.root, 'secret'), old, old);
    tree.git('add', added);
    tree.git('commit', '-qm', 'work');
    expect(tree.git('show', ':secret')).toBe('xxxxx');
    const { ref } = await saveEverything(tree.root, { name: 'all', reason: 'test', at: new Date() });
    expect(tree.git('show', `${ref}:secret`)).toBe('hello');
  },
);

it('reads a file again that was changed without a new size or time', async () => {
  const tree = makeWorkTree();
  tree.write('file', 'one\n');
  tree.commit();
  const { atime, mtime } = statSync(join(tree.root, 'file'));
  writeFileSync(join(tree.root, 'file'), 'two\n');
  utimesSync(join(tree.root, 'file'), atime, mtime);
  const { entries } = await scanWorkTree(await openRepository(tree.root));
  expect(entries.get('file')).toMatchObject({ oid: tree.git('hash-object', '--no-filters', 'file') });
});
