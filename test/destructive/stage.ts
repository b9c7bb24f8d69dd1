import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { saveFailedState, takeCheckpoint } from '../../runner/actions/saved-states.ts';
import { gitFacts, makeWorkTree, manifest, openWorkTree, type WorkTree } from '../runner/git/work-tree.ts';
import { type Ended, missingBytes, recover, type Scene, sceneOf } from './scene.ts';
import type { State } from './states.ts';

export const recoveryNames = ['rollback', 'undo', 'rollback whose check fails'] as const;
export type RecoveryName = (typeof recoveryNames)[number];

const first = 'R-0000000001';
const second = 'R-0000000002';

/** A tree in which work failed, and what the recovery is to do with it. */
export interface Stage {
  home: string;
  tree: WorkTree;
  scene: Scene;
  /** Right before the recovery. */
  before: Record<string, string>;
  facts: Record<string, string>;
  /** What the paths of the failed work must be afterwards. */
  wanted: Record<string, string>;
}

/** Every kind of change: edited, deleted, added, a folder in the place of a file and back, permissions, a link. */
function fail({ write, remove, link, chmod }: WorkTree): void {
  write('a.txt', 'failed\n');
  remove('src');
  write('src', 'a file now');
  write('new/deep/file', 'added\n');
  remove('swap');
  write('swap/inside', 'added, too\n');
  chmod('run.sh', 0o644);
  link('link', 'a.txt');
}

function makeTree(root: string): WorkTree {
  const tree = makeWorkTree(root);
  tree.write('.gitignore', 'node_modules\n*.log\n');
  tree.write('a.txt', 'one\ntwo\n');
  tree.write('both', 'base\n');
  tree.write('src/b.js', 'export {};\n');
  tree.write('src/deep/c.js', 'export {};\n');
  tree.write('swap', 'a file\n');
  tree.write('run.sh', '#!/bin/sh\n', 0o755);
  tree.commit('first');
  return tree;
}

export function makeHome(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'kintsugi-destructive-')));
}

/** Sets the scene in a folder; `script` is what carries recoveries out. */
export async function setStage(script: string, name: RecoveryName, state: State, home: string): Promise<Stage> {
  mkdirSync(join(home, 'tree'), { recursive: true });
  const tree = makeTree(join(home, 'tree'));
  state.given?.(tree);
  const at = Date.now();
  await takeCheckpoint(tree.root, 'shop', { name: 'good', at: new Date(at) });
  const good = manifest(tree.root);
  fail(tree);
  state.meanwhile?.(tree);
  await saveFailedState(tree.root, 'shop', new Date(at + 1));
  const bad = manifest(tree.root);
  const check = [name === 'rollback whose check fails' ? 'false' : 'true'];
  let scene = sceneOf(tree, home, check, { strategy: 'rollback-and-retry', runId: first }, state.components?.(tree));
  if (name === 'undo') {
    const done = await recover(script, scene, home);
    if (!done?.ok) throw new Error(`the stage is not set: ${done?.reason}`);
    scene = { ...scene, strategy: 'undo', runId: second, undoes: first };
  }
  state.afterwards?.(tree);
  const wanted = name === 'rollback' ? good : bad;
  return { home, tree, scene, before: manifest(tree.root), facts: gitFacts(tree), wanted };
}

/** The same stage once more, in another folder. */
export function copyStage(stage: Stage, home: string): Stage {
  cpSync(stage.home, home, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const scene: Scene = JSON.parse(JSON.stringify(stage.scene).replaceAll(stage.home, home));
  const tree = openWorkTree(join(home, 'tree'));
  return { ...stage, home, tree, scene, before: manifest(tree.root), facts: gitFacts(tree) };
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
}

/** Paths that the failed work or the checkpoint has; all others are somebody else's. */
const ownPaths = /^(a\.txt|src|new|swap|run\.sh|link)(\/|$)/;

const only = (lines: Record<string, string>, own: boolean) =>
  Object.fromEntries(Object.entries(lines).filter(([path]) => ownPaths.test(path) === own));

/** What must hold after any recovery that came to its end: nobody else's path changed, and no byte is out of reach. */
export function checkEnd({ tree, before, facts, wanted }: Stage, told: Ended, state: State): void {
  const after = manifest(tree.root);
  expect(missingBytes(tree, before, after, told.refs)).toEqual([]);
  const { top, ...rest } = gitFacts(tree);
  const { top: _top, ...factsBefore } = facts;
  expect(rest).toEqual(factsBefore);
  expect(top).not.toContain('crash');
  if (state.refused) {
    expect(told.reason).toMatch(state.refused);
    expect(after).toEqual(before);
    return;
  }
  expect(told.reason).not.toMatch(/could not|not possible|broke/);
  expect(only(after, true)).toEqual(only(wanted, true));
  expect(only(after, false)).toEqual(only(before, false));
}
