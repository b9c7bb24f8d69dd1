import type { HostRecovery } from './action.ts';
import { findTree, inWorkTree, treeOf } from './configured-tree.ts';
import { leftFolders } from './left-folders.ts';
import { planRun } from './plan-rollback-run.ts';
import { rollBack } from './rollback.ts';

/** Rollback and retry in a git work tree that runner.yml names. */
export const gitRollback: HostRecovery = {
  ...inWorkTree,

  async plan(site) {
    const found = findTree(site);
    if ('kind' in found) return found;
    const { config, component, order, shown } = site;
    return planRun(found.tree.path, component, {
      checkpoint: order.checkpoint,
      shown,
      leave: leftFolders(config, found.tree.path),
    });
  },

  carryOut: (site) => rollBack(site, treeOf(site)),
};
