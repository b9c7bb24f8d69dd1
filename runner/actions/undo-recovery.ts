import type { HostRecovery } from './action.ts';
import { findTree, inWorkTree, treeOf } from './configured-tree.ts';
import { leftFolders } from './left-folders.ts';
import { planUndoRun } from './plan-undo-run.ts';
import { undoRun } from './undo-run.ts';

/** Undo of a rollback in a git work tree: the moment before that run, for the paths that it changed. */
export const gitUndo: HostRecovery = {
  ...inWorkTree,

  async plan(site) {
    const found = findTree(site);
    if ('kind' in found) return found;
    const { undoes } = site.order;
    if (undoes) return planUndoRun(found.tree.path, undoes, leftFolders(site.config, found.tree.path));
    const reason = 'The order does not say which run is to be undone.';
    return { kind: 'refused', code: 'no_run_named', reason, advice: 'Press Undo on the message of that run.' };
  },

  carryOut: (site) => undoRun(site, treeOf(site)),
};
