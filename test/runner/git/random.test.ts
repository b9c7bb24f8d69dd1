import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCheckpoint } from '../../../runner/git/checkpoints.ts';
import { samePath } from '../../../runner/git/entry.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { applyRollback, undoRollback } from '../../../runner/git/restore.ts';
import { saveEverything } from '../../../runner/git/snapshot.ts';
import { gitFacts, lostBytes, makeWorkTree, manifest, reachableHashes, type WorkTree } from './work-tree.ts';

// Few names, so that edits meet: files, folders and links take each other's place all the time.
const path = fc.constantFrom('a', 'b', 'a/x', 'a/y', 'b/x', 'c/d/e', 'c/d', 'c', 'skip.log');
const edit = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('write' as const), path, text: fc.constantFrom('1', '2', '3\r\n') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('link' as const), path, text: fc.constantFrom('a', '../..') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('chmod' as const), path, mode: fc.constantFrom(0o600, 0o755) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mkdir' as const), path }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('add' as const, 'commit' as const), path: fc.constant('') }),
  },
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;
const edits = fc.array(edit, { maxLength: 6 });

function carryOut(tree: WorkTree, step: Edit): void {
  const at = join(tree.root, step.path);
  if (step.path !== '') clearTheWay(tree.root, step.path);
  const there = step.path === '' ? undefined : lstatSync(at, { throwIfNoEntry: false });
  if (step.do === 'chmod') {
    if (there?.isFile()) tree.chmod(step.path, step.mode);
    return;
  }
  if (there && !(step.do === 'mkdir' && there.isDirectory())) rmSync(at, { recursive: true });
  if (step.do === 'write') tree.write(step.path, step.text);
  else if (step.do === 'link') tree.link(step.path, step.text);
  else if (step.do === 'mkdir') mkdirSync(at, { recursive: true });
  else if (step.do === 'add') tree.git('add', '--all');
  else if (step.do === 'commit') tree.commit();
}

/** What stands where a folder is needed goes: never write through a link. */
function clearTheWay(root: string, path: string): void {
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth += 1) {
    const above = join(root, ...names.slice(0, depth));
    if (lstatSync(above, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(above);
  }
}

it('whatever was edited: failed paths equal the checkpoint, the rest stays, nothing is lost, undo is exact', async () => {
  const property = fc.asyncProperty(edits, edits, edits, async (before, failed, byOthers) => {
    const tree = makeWorkTree();
    try {
      tree.write('.gitignore', '*.log\n');
      for (const step of before) carryOut(tree, step);
      const good = manifest(tree.root);
      const checkpoint = await createCheckpoint(tree.root, { component: 'api', at: new Date() });
      for (const step of failed) carryOut(tree, step);
      const failedAt = await saveEverything(tree.root, { name: 'failed', reason: 'filed', at: new Date() });
      const paths = [...checkpoint.entries.keys(), ...failedAt.entries.keys()];
      const work = new Set(paths.filter((path) => !samePath(checkpoint, failedAt, path)));
      for (const step of byOthers) carryOut(tree, step);

      const [bad, facts] = [manifest(tree.root), gitFacts(tree)];
      const plan = await planRollback(tree.root, { checkpoint, failedAt });
      if (plan.conflicts.length > 0) {
        await expect(applyRollback(plan, { name: 'r', at: new Date() })).rejects.toThrow("Not the failed work's");
        expect(manifest(tree.root)).toEqual(bad);
        return;
      }
      const { savedRef } = await applyRollback(plan, { name: 'r', at: new Date() });
      const after = manifest(tree.root);
      const files = (lines: Record<string, string>) => Object.keys(lines).filter((line) => !line.endsWith('/'));
      for (const file of new Set([...files(bad), ...files(after), ...files(good)])) {
        expect([file, after[file]]).toEqual([file, work.has(file) ? good[file] : bad[file]]);
      }
      expect(gitFacts(tree)).toEqual(facts);
      // What is ignored is never touched, so it is kept where it is.
      expect(lostBytes(without(bad, ignored(after)), reachableHashes(tree, savedRef))).toEqual([]);
      if (byOthers.length === 0) expect(after).toEqual({ ...good, ...ignored(bad), ...without(good, ignored(good)) });
      await undoRollback(tree.root, savedRef, { at: new Date() });
      expect(manifest(tree.root)).toEqual(bad);
      expect(gitFacts(tree)).toEqual(facts);
    } finally {
      rmSync(tree.root, { recursive: true, force: true });
    }
  });
  await fc.assert(property, { numRuns: Number(process.env.KINTSUGI_RUNS ?? 12), interruptAfterTimeLimit: 600_000 });
}, 600_000);

function ignored(lines: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(lines).filter(([line]) => line.startsWith('skip.log')));
}

function without(lines: Record<string, string>, gone: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(lines).filter(([line]) => !(line in gone)));
}
