import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GitRefusal } from '../../../runner/git/git-refusal.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { readSnapshot } from '../../../runner/git/read-snapshot.ts';
import { openRepository } from '../../../runner/git/repository.ts';
import { applyRollback } from '../../../runner/git/restore.ts';
import { saveEverything } from '../../../runner/git/snapshot.ts';
import { startTree } from './check-rollback.ts';
import { gitFacts, lostBytes, makeFolder, manifest, reachableHashes } from './work-tree.ts';

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
  const { 'debug.log': _ignored, ...before } = manifest(tree.root);
  const { ref } = await saveEverything(tree.root, { name: 'one', reason: 'r', at });
  tree.git('reflog', 'expire', '--expire=now', '--all');
  tree.git('gc', '-q', '--prune=now');
  expect(lostBytes(before, reachableHashes(tree, ref))).toEqual([]);
  const read = await readSnapshot(await openRepository(tree.root), ref);
  expect([...read.entries.keys()].sort()).toEqual(['.gitignore', 'a.txt', 'src/b.js', 'src/deep/c.js', 'untracked']);
});

it('lists every ignored file and says what it is, nearest to the top first, and stores no byte of them', async () => {
  const tree = startTree();
  const secret = 'API_KEY=of-nobody-else\n';
  tree.write('.gitignore', 'node_modules\n.env\n');
  tree.write('node_modules/deep/er/small', 'third');
  tree.write('node_modules/big', Buffer.alloc(2000));
  tree.write('.env', secret);
  tree.write('node_modules/inner/.git/config', 'a repository of its own');
  const limits = { ignoredFileBytes: 1000, ignoredFiles: 2 };
  const { ref, ignored, ignoredRoots } = await saveEverything(tree.root, { name: 'one', reason: 'r', at, limits });
  expect([...ignoredRoots].sort()).toEqual(['.env', 'node_modules']);
  expect(ignored.map(({ path, bytes, content }) => [path, bytes, content !== null])).toEqual([
    ['.env', secret.length, true],
    ['node_modules/big', 2000, false],
    ['node_modules/inner/.git/', 0, false],
    ['node_modules/deep/er/small', 5, true],
  ]);
  expect(ignored[0]?.content?.oid).toBe(tree.git('hash-object', '.env'));
  // As `git push --mirror` would take it.
  const copy = makeFolder();
  tree.git('clone', '-q', '--mirror', '.', copy);
  expect(() => tree.git('-C', copy, 'cat-file', '-e', `${ref}:a.txt`)).not.toThrow();
  expect(() => tree.git('-C', copy, 'cat-file', '-e', String(ignored[0]?.content?.oid))).toThrow();
});

it('saves an ignored file that a rollback will overwrite', async () => {
  const tree = startTree();
  const checkpoint = await saveEverything(tree.root, {
    kind: 'checkpoint',
    component: 'api',
    name: 'c',
    reason: 'r',
    at,
  });
  tree.write('.gitignore', 'a.txt\n');
  tree.git('rm', '-q', '--cached', 'a.txt');
  tree.write('a.txt', 'failed, and ignored by now\n');
  const plan = await planRollback(tree.root, { checkpoint });
  const { savedRef } = await applyRollback(plan, { name: 'r', at });
  expect(tree.git('show', 'HEAD:a.txt')).toBe('one\ntwo');
  expect(tree.git('show', `${savedRef}:a.txt`)).toBe('failed, and ignored by now');
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
