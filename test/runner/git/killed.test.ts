import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCheckpoint } from '../../../runner/git/checkpoints.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { applyRollback, undoRollback } from '../../../runner/git/restore.ts';
import type { RollbackPlan } from '../../../runner/git/rollback-plan.ts';
import { startTree } from './check-rollback.ts';
import { gitFacts, manifest, type WorkTree } from './work-tree.ts';

const at = new Date();

/** Every kind of step: a folder swapped for a file and back, a removal, a new link, a change. */
function fail({ write, remove, link }: WorkTree): void {
  write('a.txt', 'failed\n');
  remove('src');
  write('src', 'a file now');
  write('new/deep/file', 'x');
  remove('swap');
  write('swap/inside', 'x');
  link('link', 'a.txt');
}

function runChild(plan: RollbackPlan, killAfter: number, options: SpawnSyncOptions = {}) {
  const script = join(import.meta.dirname, 'rollback-child.ts');
  const child = spawnSync(process.execPath, [script, 'run-1', String(killAfter)], {
    input: JSON.stringify(plan),
    encoding: 'utf8',
    ...options,
  });
  return { signal: child.signal, said: String(child.stdout), error: String(child.stderr) };
}

async function failedTree() {
  const tree = startTree();
  tree.write('swap', 'a file');
  const good = manifest(tree.root);
  const checkpoint = await createCheckpoint(tree.root, { component: 'api', at });
  fail(tree);
  return { tree, good, bad: manifest(tree.root), plan: await planRollback(tree.root, { checkpoint }) };
}

describe('a runner killed half-way', () => {
  const savedRef = 'refs/kintsugi/before-recovery/run-1';

  // 8 changes: 3 removals, 5 that write; 0 is right after the save.
  it.each([0, 1, 2, 3, 4, 7, 8])('after step %i: finished or undone, as wished, and nothing is lost', async (step) => {
    const { tree, good, bad, plan } = await failedTree();
    expect(plan.changes).toHaveLength(8);
    const facts = gitFacts(tree);
    expect(runChild(plan, step)).toMatchObject({ signal: 'SIGKILL', said: '' });
    leaveTemps(tree, plan);
    if (step % 2 === 0) {
      const { restored, alreadyThere } = await applyRollback(plan, { name: 'run-1', at });
      expect([restored.length, alreadyThere.length]).toEqual([8 - step, step]);
      expect(manifest(tree.root)).toEqual(good);
    }
    await undoRollback(tree.root, savedRef, { at });
    expect(manifest(tree.root)).toEqual(bad);
    const { top, ...rest } = gitFacts(tree);
    expect({ ...rest, top: top?.replace(' kintsugi-rollback.lock', '') }).toEqual(facts);
  });

  it('goes on from the moment between a folder and the file in its place, forward and back', async () => {
    const tree = startTree();
    const checkpoint = await createCheckpoint(tree.root, { component: 'api', at });
    tree.remove('a.txt');
    mkdirSync(join(tree.root, 'a.txt'));
    const plan = await planRollback(tree.root, { checkpoint });
    expect(runChild(plan, 0).signal).toBe('SIGKILL');
    tree.remove('a.txt');
    expect((await applyRollback(plan, { name: 'run-1', at })).restored).toEqual(['a.txt']);
    tree.remove('a.txt');
    await undoRollback(tree.root, savedRef, { at });
    expect(manifest(tree.root)['a.txt/']).toBe('folder 755');
  });

  it('does the same work once when it is told twice', async () => {
    const { tree, good, plan } = await failedTree();
    await applyRollback(plan, { name: 'run-1', at });
    const again = await applyRollback(plan, { name: 'run-1', at });
    expect(again.restored).toEqual([]);
    expect(manifest(tree.root)).toEqual(good);
    await undoRollback(tree.root, savedRef, { at });
    expect((await undoRollback(tree.root, savedRef, { at })).restored).toEqual([]);
  });
});

it('touches nothing when a folder may not be written', async () => {
  const { tree, plan, bad } = await failedTree();
  // To root everything is allowed, so there another user does it.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) spawnSync('chown', ['-R', '65534:65534', tree.root]);
  chmodSync(join(tree.root, 'new/deep'), 0o555);
  const environment = { ...process.env, HOME: tree.root, TMPDIR: '/tmp' };
  const { said, error } = runChild(plan, -1, isRoot ? { uid: 65534, gid: 65534, env: environment } : {});
  chmodSync(join(tree.root, 'new/deep'), 0o755);
  expect({ said, error: error.includes('Error') }).toEqual({ said: 'not_writable', error: false });
  expect(manifest(tree.root)).toEqual(bad);
});

/** As if it had been killed while it wrote: the temp file of each path it writes lies beside it, where there is a folder. */
function leaveTemps({ root }: WorkTree, { changes, planHash }: RollbackPlan): void {
  for (const [index, { path, target }] of changes.entries()) {
    const folder = dirname(join(root, path));
    const isFolder = existsSync(folder) && lstatSync(folder).isDirectory();
    if (target && isFolder) writeFileSync(join(folder, `.kintsugi-${planHash.slice(0, 12)}-${index}`), 'half a fi');
  }
}
