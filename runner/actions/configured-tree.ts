import type { WorkTreeConfig } from '../config.ts';
import { realPlace } from '../real-place.ts';
import type { HostRecovery, Site } from './action.ts';
import type { Refusal } from './refusal.ts';

/** The work tree of runner.yml that a run is about; undefined when it is not named there. */
export function treeOf({ config, workTree = '' }: Site): WorkTreeConfig | undefined {
  return Object.hasOwn(config.workTrees, workTree) ? config.workTrees[workTree] : undefined;
}

/** The work tree, or why the run is not for this host. */
export function findTree(site: Site): { tree: WorkTreeConfig } | ({ kind: 'refused' } & Refusal) {
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
  return { tree };
}

/** What every recovery in a work tree shares: one at a time there, and only where runner.yml names one. */
export const inWorkTree: Pick<HostRecovery, 'places' | 'isAble'> = {
  places(site) {
    const tree = treeOf(site);
    return tree ? [realPlace(tree.path)] : [];
  },
  isAble: (config, component) => Object.values(config.workTrees).some((tree) => tree.component === component),
};
