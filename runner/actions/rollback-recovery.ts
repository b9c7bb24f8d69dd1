import type { HostRecovery } from './action.ts';
import { findTree, inWorkTree, treeOf } from './configured-tree.ts';
import { planRun } from './plan-rollback-run.ts';
import { rollBack } from './rollback.ts';

/** Rollback and retry in a git work tree that runner.yml names. */
export const gitRollback: HostRecovery = {
  ...inWorkTree,

  async plan(site) {
    const found = findTree(site);
    return 'kind' in found ? found : planRun(found.tree.path, site.component, site.order.checkpoint, site.shown);
  },

  carryOut: (site) => rollBack(site, treeOf(site)),
};
