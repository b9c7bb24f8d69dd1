import { realpathSync } from 'node:fs';
import { parsePlan } from '../git/rollback-plan.ts';
import { snapshotRef } from '../git/snapshot-ref.ts';
import type { HostRecovery, Site } from './action.ts';
import { planRun } from './plan-rollback-run.ts';
import { explain } from './refusal.ts';
import { rollBack } from './rollback.ts';

/** Rollback and retry in a git work tree that runner.yml names. */
export const gitRollback: HostRecovery = {
  places(site) {
    const tree = treeOf(site);
    return tree ? [realPlace(tree.path)] : [];
  },

  isAble: (config, component) => Object.values(config.workTrees).some((tree) => tree.component === component),

  async plan(site) {
    const { config, workTree, component } = site;
    const tree = treeOf(site);
    if (!tree) {
      const advice = `Add it there under workTrees, or correct components.${component}.recovery.workTree in kintsugi.yml.`;
      const reason = `The runner.yml of ${config.name} names no work tree "${workTree}".`;
      return { kind: 'refused', code: 'unknown_work_tree', reason, advice };
    }
    if (tree.component !== component) {
      const reason = `In the runner.yml of ${config.name} the work tree "${workTree}" is that of ${tree.component}, not of ${component}.`;
      return {
        kind: 'refused',
        code: 'other_component',
        reason,
        advice: 'Make runner.yml and kintsugi.yml say the same.',
      };
    }
    return planRun(tree.path, component);
  },

  async carryOut(site) {
    const { journal } = site;
    try {
      parsePlan(site.plan);
      return await rollBack({ ...site, tree: treeOf(site) });
    } catch (error) {
      const { reason, advice } = explain(error);
      const saved = journal.reached('saved') && snapshotRef('before-recovery', journal.runId);
      const where = saved ? ` It stopped half-way. What was there before is kept under ${saved}.` : '';
      return { kind: 'ended', ok: false, reason: `${reason} ${advice}${where}`, refs: saved ? [saved] : [] };
    }
  },
};

function treeOf({ config, workTree = '' }: Site) {
  return Object.hasOwn(config.workTrees, workTree) ? config.workTrees[workTree] : undefined;
}

/** The folder itself, whatever it is called in runner.yml: two names of one work tree are one. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
