import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../runner/actions/refusal.ts';
import { createCheckpoint } from '../../../runner/git/checkpoints.ts';
import { GitRefusal } from '../../../runner/git/git-refusal.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import type { Snapshot } from '../../../runner/git/read-snapshot.ts';
import { applyRollback, undoRollback } from '../../../runner/git/restore.ts';
import { saveEverything } from '../../../runner/git/snapshot.ts';
import { setMode } from '../../../runner/git/write-entry.ts';
import { identify } from '../../../runner/process-identity.ts';
import { startTree } from './check-rollback.ts';
import { gitFacts, makeFolder, makeWorkTree, manifest, openWorkTree, type WorkTree } from './work-tree.ts';

const at = new Date();

function checkpointOf(tree: WorkTree): Promise<Snapshot> {
  return createCheckpoint(tree.root, { component: 'api', at });
}

async function refusal(work: Promise<unknown>): Promise<GitRefusal> {
  const outcome = await work.catch((error: unknown) => error);
  if (!(outcome instanceof GitRefusal)) throw new Error(`Not refused: ${String(outcome)}`, { cause: outcome });
  expect(outcome.whatToDo).not.toBe('');
  return outcome;
}

/** A checkpoint, then two files changed. */
async function failedTree(): Promise<{ tree: WorkTree; checkpoint: Snapshot }> {
  const tree = startTree();
  const checkpoint = await checkpointOf(tree);
  tree.write('a.txt', 'failed\n');
  tree.write('src/b.js', 'failed\n');
  return { tree, checkpoint };
}

describe('what others changed', () => {
  it('refuses with the list when a failed path was changed after the failure, and touches nothing', async () => {
    const { tree, checkpoint } = await failedTree();
    const failedAt = await saveEverything(tree.root, { name: 'failure', reason: 'filed', at });
    tree.write('a.txt', "a colleague's repair\n");
    tree.write('theirs', 'unrelated\n');
    const before = [manifest(tree.root), gitFacts(tree)];
    const plan = await planRollback(tree.root, { checkpoint, failedAt });
    expect(plan.conflicts).toEqual([{ path: 'a.txt', because: 'changed-after-failure' }]);
    expect(plan.changes.map(({ path }) => path)).toEqual(['src/b.js']);
    const { code, evidence } = await refusal(applyRollback(plan, { name: 'r', at }));
    expect(code).toBe('changed_by_others');
    expect(evidence.conflicts).toEqual(plan.conflicts);
    expect([manifest(tree.root), gitFacts(tree)]).toEqual(before);
  });

  it('restores the rest when told which paths are its own, and counts what is back already as unchanged', async () => {
    const { tree, checkpoint } = await failedTree();
    tree.write('src/deep/c.js', 'failed\n');
    const failedAt = await saveEverything(tree.root, { name: 'failure', reason: 'filed', at });
    tree.write('src/deep/c.js', 'export {};\n');
    tree.write('a.txt', 'repaired\n');
    const plan = await planRollback(tree.root, { checkpoint, failedAt, only: ['src'] });
    expect(plan).toMatchObject({
      conflicts: [],
      unchanged: ['src/deep/c.js'],
      leftAlone: [{ path: 'a.txt', because: 'not-owned' }],
    });
    await applyRollback(plan, { name: 'r', at });
    expect(readFileSync(join(tree.root, 'src/b.js'), 'utf8')).toBe('export {};\n');
    expect(readFileSync(join(tree.root, 'a.txt'), 'utf8')).toBe('repaired\n');
  });

  it('refuses when a file must return where a folder holds files of others', async () => {
    const tree = startTree();
    const checkpoint = await checkpointOf(tree);
    tree.remove('a.txt');
    tree.write('a.txt/failed', 'x');
    tree.write('a.txt/cache.log', 'ignored, so not part of the work');
    const { conflicts } = await planRollback(tree.root, { checkpoint });
    expect(conflicts).toEqual([{ path: 'a.txt', because: 'folder-holds-other-files', other: 'a.txt/cache.log' }]);
  });

  it('refuses when a folder must return where others put a file', async () => {
    const tree = startTree();
    const checkpoint = await checkpointOf(tree);
    tree.remove('src');
    const failedAt = await saveEverything(tree.root, { name: 'failure', reason: 'filed', at });
    tree.write('src', 'a file by someone else');
    const { conflicts } = await planRollback(tree.root, { checkpoint, failedAt });
    expect(conflicts).toContainEqual({ path: 'src/b.js', because: 'blocked-by-file', other: 'src' });
  });

  it('refuses to roll back a submodule that moved, and does so for its own content, too', async () => {
    const tree = startTree();
    const library = makeWorkTree();
    library.write('lib.c', 'int x;\n');
    library.commit();
    tree.git('submodule', '--quiet', 'add', library.root, 'lib');
    tree.commit();
    const checkpoint = await checkpointOf(tree);
    tree.write('lib/lib.c', 'int changed;\n');
    const { conflicts, changes } = await planRollback(tree.root, { checkpoint });
    expect({ conflicts, changes }).toEqual({ conflicts: [{ path: 'lib', because: 'submodule-changed' }], changes: [] });
  });
});

describe('a plan that no longer fits', () => {
  it('refuses when a planned path changed between plan and go, and loses no byte of it', async () => {
    const { tree, checkpoint } = await failedTree();
    const plan = await planRollback(tree.root, { checkpoint });
    tree.write('a.txt', 'a thought that came late\n');
    const before = manifest(tree.root);
    const first = await refusal(applyRollback(plan, { name: 'r', at }));
    expect(first).toMatchObject({ code: 'changed_since_plan', evidence: { paths: ['a.txt'] } });
    // Back as planned, but what the ref holds of that path is something else: still not good enough.
    tree.write('a.txt', 'failed\n');
    expect((await refusal(applyRollback(plan, { name: 'r', at }))).code).toBe('changed_since_plan');
    expect(manifest(tree.root)).toEqual({ ...before, 'a.txt': manifest(tree.root)['a.txt'] });
  });

  it('stops before a path that someone changes while it runs, and can still be undone or finished', async () => {
    const { tree, checkpoint } = await failedTree();
    const bad = manifest(tree.root);
    const plan = await planRollback(tree.root, { checkpoint });
    const meddle = (step: { step: string; path?: string }) => {
      if (step.path === 'a.txt') tree.write('src/b.js', 'meanwhile\n');
    };
    const stopped = await refusal(applyRollback(plan, { name: 'r', at, onStep: meddle }));
    expect(stopped).toMatchObject({ code: 'stopped_midway', evidence: { done: 1, of: 2 } });
    expect(readFileSync(join(tree.root, 'src/b.js'), 'utf8')).toBe('meanwhile\n');
    const savedRef = String(stopped.evidence.savedRef);
    expect((await refusal(undoRollback(tree.root, savedRef, { at }))).code).toBe('changed_since_plan');
    tree.write('src/b.js', 'failed\n');
    const resumed = await applyRollback(plan, { name: 'r', at });
    expect(resumed).toMatchObject({ restored: ['src/b.js'], alreadyThere: ['a.txt'] });
    await undoRollback(tree.root, savedRef, { at });
    expect(manifest(tree.root)).toEqual(bad);
    expect((await refusal(applyRollback(plan, { name: 'r', at }))).code).toBe('already_undone');
  });

  it('writes nothing through a link that takes the place of a folder while it runs', async () => {
    const { tree, checkpoint } = await failedTree();
    const outside = makeFolder();
    writeFileSync(join(outside, 'b.js'), 'failed\n');
    const plan = await planRollback(tree.root, { checkpoint });
    const swap = (step: { step: string }) => {
      if (step.step !== 'path') return;
      rmSync(join(tree.root, 'src'), { recursive: true });
      symlinkSync(outside, join(tree.root, 'src'));
    };
    expect((await refusal(applyRollback(plan, { name: 'r', at, onStep: swap }))).code).toBe('stopped_midway');
    expect(readFileSync(join(outside, 'b.js'), 'utf8')).toBe('failed\n');
  });

  it('removes no file that someone changes while it runs, and no folder through a link', async () => {
    const tree = startTree();
    const checkpoint = await checkpointOf(tree);
    for (const path of ['1', '2', 'new/deep/file']) tree.write(path, 'added\n');
    const plan = await planRollback(tree.root, { checkpoint });
    const outside = makeFolder();
    mkdirSync(join(outside, 'deep'));
    const meddle = (step: { step: string; path?: string }) => {
      if (step.path !== '1') return;
      tree.write('2', 'meanwhile\n');
      rmSync(join(tree.root, 'new'), { recursive: true });
      symlinkSync(outside, join(tree.root, 'new'));
    };
    const { code } = await refusal(applyRollback(plan, { name: 'r', at, onStep: meddle }));
    expect(code).toBe('stopped_midway');
    expect(readFileSync(join(tree.root, '2'), 'utf8')).toBe('meanwhile\n');
    tree.write('2', 'added\n');
    await applyRollback(plan, { name: 'r', at });
    expect(existsSync(join(outside, 'deep'))).toBe(true);
  });

  it('does not call it done when a restored file is something else at the end', async () => {
    const { tree, checkpoint } = await failedTree();
    const plan = await planRollback(tree.root, { checkpoint });
    const meddle = (step: { step: string; path?: string }) => {
      if (step.path === 'a.txt') tree.write('a.txt', 'meanwhile\n');
    };
    const refused = await refusal(applyRollback(plan, { name: 'r', at, onStep: meddle }));
    expect(refused).toMatchObject({ code: 'not_verified', evidence: { unfinished: ['a.txt'] } });
    expect(readFileSync(join(tree.root, 'a.txt'), 'utf8')).toBe('meanwhile\n');
  });

  it('refuses a plan that is not what was approved', async () => {
    const { tree, checkpoint } = await failedTree();
    const plan = await planRollback(tree.root, { checkpoint });
    const fewer = { ...plan, changes: plan.changes.slice(1) };
    expect((await refusal(applyRollback(fewer, { name: 'r', at }))).code).toBe('plan_altered');
    const [first] = plan.changes;
    if (!first) throw new Error('no change');
    for (const path of ['../outside', '/etc/passwd', '.git/config', 'a/../../b', 'sub/.GIT/hooks/x']) {
      const escaping = { ...plan, changes: [{ ...first, path }] };
      expect((await refusal(applyRollback(escaping, { name: 'r', at }))).code).toBe('plan_altered');
    }
  });

  it('gives the same hash for the same files, another for others', async () => {
    const { tree, checkpoint } = await failedTree();
    const [one, two] = [await planRollback(tree.root, { checkpoint }), await planRollback(tree.root, { checkpoint })];
    expect(one.planHash).toBe(two.planHash);
    tree.write('a.txt', 'otherwise\n');
    expect((await planRollback(tree.root, { checkpoint })).planHash).not.toBe(one.planHash);
  });
});

describe('a repository that is busy or not fit', () => {
  it.each([
    ['merge', (tree: WorkTree) => tree.git('merge', 'other')],
    ['cherry-pick', (tree: WorkTree) => tree.git('cherry-pick', 'other')],
    ['rebase', (tree: WorkTree) => tree.git('rebase', 'other')],
    ['revert', (tree: WorkTree) => tree.git('revert', '--no-edit', 'HEAD~1')],
  ])('refuses in the middle of a %s, but saves everything all the same', async (operation, start) => {
    const tree = startTree();
    tree.git('checkout', '-q', '-b', 'other');
    tree.write('a.txt', 'theirs\n');
    tree.commit();
    tree.git('checkout', '-q', 'main');
    for (const text of ['ours\n', 'ours again\n']) {
      tree.write('a.txt', text);
      tree.commit();
    }
    const checkpoint = await checkpointOf(tree);
    expect(() => start(tree)).toThrow();
    const before = [manifest(tree.root), gitFacts(tree)];
    const { code, message } = await refusal(planRollback(tree.root, { checkpoint }));
    expect({ code, named: message.includes(operation) }).toEqual({ code: 'operation_in_progress', named: true });
    const saved = await saveEverything(tree.root, { name: 'conflict', reason: 'in conflict', at });
    // Both sides of the conflict stay readable.
    expect(tree.git('show', `${saved.records}:unmerged/3/a.txt`)).not.toBe(
      tree.git('show', `${saved.records}:unmerged/2/a.txt`),
    );
    expect([manifest(tree.root), gitFacts(tree)]).toEqual(before);
  });

  it('refuses in the middle of a bisect, and while the index is locked', async () => {
    const { tree, checkpoint } = await failedTree();
    tree.git('bisect', 'start');
    expect((await refusal(planRollback(tree.root, { checkpoint }))).code).toBe('operation_in_progress');
    tree.git('bisect', 'reset');
    tree.write('.git/index.lock', '');
    expect((await refusal(planRollback(tree.root, { checkpoint }))).code).toBe('index_locked');
  });

  it('refuses a rollback that could not be undone, because a lock of the refs was left behind', async () => {
    const { tree, checkpoint } = await failedTree();
    tree.write('.git/packed-refs.lock', '');
    const refused = await refusal(planRollback(tree.root, { checkpoint }));
    expect(refused.code).toBe('ref_locked');
    expect(explain(refused).reason).toContain('.git/packed-refs.lock');
  });

  it('says of a partial clone what it lacks and how to get it, and saves it then', async () => {
    const origin = startTree();
    origin.git('config', 'uploadpack.allowFilter', 'true');
    const clone = makeFolder();
    origin.git('clone', '-q', '--filter=blob:none', '--no-checkout', `file://${origin.root}`, clone);
    const tree = openWorkTree(clone);
    tree.git('sparse-checkout', 'set', '--cone');
    tree.git('checkout', '-q', 'main');
    const refused = await refusal(checkpointOf(tree));
    expect(refused.code).toBe('objects_elsewhere');
    expect(refused.message).toContain('this is a partial clone');
    expect(refused.whatToDo).toContain('`git fetch --refetch --no-filter`');
    tree.git('fetch', '-q', '--refetch', '--no-filter');
    expect((await checkpointOf(tree)).entries.has('a.txt')).toBe(true);
  });

  it('lets one rollback in at a time, and takes over from a process that is gone', async () => {
    const { tree, checkpoint } = await failedTree();
    const plan = await planRollback(tree.root, { checkpoint });
    const lock = join(tree.root, '.git/kintsugi-rollback.lock');
    const holder = { ...identify(process.ppid), token: 'theirs', holder: 'rollback' };
    writeFileSync(lock, JSON.stringify(holder));
    expect((await refusal(applyRollback(plan, { name: 'r', at }))).code).toBe('rollback_running');
    // Its number went to another process.
    writeFileSync(lock, JSON.stringify({ ...holder, birth: 'earlier' }));
    expect((await applyRollback(plan, { name: 'r', at })).restored).toEqual(['a.txt', 'src/b.js']);
  });

  it('refuses folders that are no top of a work tree', async () => {
    const tree = startTree();
    const bare = makeFolder();
    tree.git('init', '-q', '--bare', bare);
    const code = async (folder: string) => (await refusal(checkpointOf({ ...tree, root: folder }))).code;
    expect(await code(bare)).toBe('bare_repository');
    expect(await code(join(tree.root, '.git'))).toBe('bare_repository');
    expect(await code(join(tree.root, 'src'))).toBe('not_the_top');
    expect(await code(makeFolder())).toBe('not_a_work_tree');
    expect(await code(join(tree.root, 'missing'))).toBe('folder_missing');
  });

  it('refuses what is too large to save, naming it', async () => {
    const tree = startTree();
    tree.write('dump', Buffer.alloc(5000));
    const save = saveEverything(tree.root, { name: 'n', reason: 'r', at, limits: { newBytes: 4000 } });
    expect(await refusal(save)).toMatchObject({
      code: 'too_large',
      evidence: { largest: [{ path: 'dump', bytes: 5000 }] },
    });
  });

  it('finds lost objects before it touches anything', async () => {
    const { tree, checkpoint } = await failedTree();
    const plan = await planRollback(tree.root, { checkpoint });
    const [first] = plan.changes;
    if (first?.target?.type !== 'file') throw new Error('no file');
    rmSync(join(tree.root, '.git/objects', first.target.oid.slice(0, 2), first.target.oid.slice(2)));
    const before = manifest(tree.root);
    expect((await refusal(applyRollback(plan, { name: 'r', at }))).code).toBe('objects_missing');
    expect(manifest(tree.root)).toEqual(before);
  });
});

describe('other people’s settings', () => {
  it('runs no hook and no monitor', async () => {
    const { tree, checkpoint } = await failedTree();
    const marker = join(makeFolder(), 'a-hook-ran');
    const hooks = [
      'reference-transaction',
      'post-index-change',
      'post-checkout',
      'pre-commit',
      'commit-msg',
      'post-commit',
      'pre-auto-gc',
    ];
    mkdirSync(join(tree.root, '.git/hooks'), { recursive: true });
    for (const hook of hooks) tree.write(`.git/hooks/${hook}`, `#!/bin/sh\necho ${hook} >> '${marker}'\n`, 0o755);
    tree.git('config', 'core.fsmonitor', join(tree.root, '.git/hooks/pre-commit'));
    const plan = await planRollback(tree.root, { checkpoint });
    await applyRollback(plan, { name: 'r', at });
    expect(() => readFileSync(marker)).toThrow('ENOENT');
  });

  it('is not led astray by GIT_ variables of its caller', async () => {
    const [tree, other] = [startTree(), startTree()];
    const set = {
      GIT_DIR: join(other.root, '.git'),
      GIT_WORK_TREE: other.root,
      GIT_INDEX_FILE: '/nowhere',
      GIT_OBJECT_DIRECTORY: '/nowhere',
    };
    Object.assign(process.env, set);
    try {
      const checkpoint = await checkpointOf(tree);
      expect(checkpoint.details.workTree).toBe(tree.root);
    } finally {
      for (const name of Object.keys(set)) delete process.env[name];
    }
    expect(other.git('for-each-ref', 'refs/kintsugi')).toBe('');
  });
});

it('changes no permission through a link that has just taken the place of a file', async () => {
  const tree = makeWorkTree();
  tree.write('secret', 'x', 0o600);
  tree.link('file', 'secret');
  const { code } = await refusal((async () => setMode(Buffer.from(join(tree.root, 'file')), 0o666))());
  expect(code).toBe('changed_since_plan');
  expect(statSync(join(tree.root, 'secret')).mode & 0o777).toBe(0o600);
});
