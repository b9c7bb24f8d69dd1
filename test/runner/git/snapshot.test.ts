import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GitRefusal } from '../../../runner/git/git-refusal.ts';
import { readSnapshot } from '../../../runner/git/read-snapshot.ts';
import { openRepository } from '../../../runner/git/repository.ts';
import { saveEverything } from '../../../runner/git/snapshot.ts';
import { startTree } from './check-rollback.ts';
import { gitFacts, lostBytes, manifest, reachableHashes } from './work-tree.ts';

const at = new Date('2026-05-04T10:20:30.123Z');

it('saves files, staged state and the index itself where plain git finds them', async () => {
  const tree = startTree();
  tree.write('a.txt', 'staged\n');
  tree.git('add', 'a.txt');
  tree.write('a.txt', 'on disk\n');
  tree.write('untracked', 'mine\n');
  const { ref, commit, records, details } = await saveEverything(tree.root, { name: 'one', reason: 'why: "so"\n', at });
  expect(ref).toBe('refs/kintsugi/saved/one');
  expect(tree.git('show', `${ref}:a.txt`)).toBe('on disk');
  expect(tree.git('show', `${ref}:untracked`)).toBe('mine');
  expect(tree.git('show', `${ref}^2:a.txt`)).toBe('staged');
  expect(tree.git('rev-parse', `${ref}^1`)).toBe(tree.git('rev-parse', 'HEAD'));
  const indexBytes = readFileSync(join(tree.root, '.git/index'));
  const indexId = createHash('sha1').update(`blob ${indexBytes.length}\0`).update(indexBytes).digest('hex');
  expect(tree.git('rev-parse', `${records}:index`)).toBe(indexId);
  expect(details).toMatchObject({
    kind: 'saved',
    name: 'one',
    reason: 'why: "so"\n',
    branch: 'main',
    at: at.toISOString(),
  });
  expect(JSON.parse(tree.git('log', '-1', '--format=%b', commit))).toEqual(details);
});

it('keeps everything through the strictest gc', async () => {
  const tree = startTree();
  tree.write('untracked', 'kept by the ref alone\n');
  tree.write('debug.log', 'ignored\n');
  const before = manifest(tree.root);
  const { ref } = await saveEverything(tree.root, { name: 'one', reason: 'r', at });
  tree.git('reflog', 'expire', '--expire=now', '--all');
  tree.git('gc', '-q', '--prune=now');
  expect(lostBytes(before, reachableHashes(tree, ref))).toEqual([]);
  const read = await readSnapshot(await openRepository(tree.root), ref);
  expect([...read.entries.keys()].sort()).toEqual(['.gitignore', 'a.txt', 'src/b.js', 'src/deep/c.js', 'untracked']);
});

it('lists every ignored file, and saves those within the limits, nearest to the top first', async () => {
  const tree = startTree();
  tree.write('node_modules/deep/er/small', 'third');
  tree.write('node_modules/big', Buffer.alloc(2000));
  tree.write('a.log', 'first');
  tree.write('node_modules/inner/.git/config', 'a repository of its own');
  const limits = { ignoredFileBytes: 1000, ignoredFiles: 2 };
  const { ignored, ignoredRoots, records } = await saveEverything(tree.root, { name: 'one', reason: 'r', at, limits });
  expect([...ignoredRoots].sort()).toEqual(['a.log', 'node_modules']);
  expect(ignored.map(({ path, bytes, saved }) => [path, bytes, saved !== null])).toEqual([
    ['a.log', 5, true],
    ['node_modules/big', 2000, false],
    ['node_modules/inner/.git/', 0, false],
    ['node_modules/deep/er/small', 5, true],
  ]);
  expect(tree.git('show', `${records}:ignored/node_modules/deep/er/small`)).toBe('third');
});

it('never replaces a saved state: of two at once with one name, one is refused', async () => {
  const tree = startTree();
  const facts = gitFacts(tree);
  const save = () => saveEverything(tree.root, { name: 'same', reason: 'r', at });
  const outcomes = await Promise.allSettled([save(), save(), save()]);
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(refused.map((error) => error instanceof GitRefusal && error.code)).toEqual([
    'already_exists',
    'already_exists',
  ]);
  expect(gitFacts(tree)).toEqual(facts);
});

it.each(['', '.', '..', 'a/b', 'a..b', 'x.lock', '-x', 'a b', 'a\n', 'é', 'x'.repeat(101)])(
  'refuses the name %j',
  async (name) => {
    const save = saveEverything(startTree().root, { name, reason: 'r', at });
    await expect(save).rejects.toMatchObject({ code: 'name_not_allowed' });
  },
);

it('says so when a ref is no snapshot', async () => {
  const tree = startTree();
  const repository = await openRepository(tree.root);
  await expect(readSnapshot(repository, 'HEAD')).rejects.toMatchObject({ code: 'snapshot_unreadable' });
  await expect(readSnapshot(repository, 'refs/kintsugi/saved/none')).rejects.toMatchObject({ code: 'not_found' });
});
