import type { Program, RunnerConfig, WorkTreeConfig } from '../config.ts';
import type { WorkSite } from './action.ts';
import { hostComponent } from './component-places.ts';
import { runStep } from './run-step.ts';
import { type Verdict, verify } from './verify.ts';

/** The checks of runner.yml that say whether a component works: those of its work trees, else that of its rollback. */
export function checksOf(config: RunnerConfig, component: string): { trees: WorkTreeConfig[]; programs: Program[] } {
  const trees = Object.values(config.workTrees).filter((tree) => tree.component === component);
  const own = hostComponent(config, component)?.rollback?.verify;
  return { trees, programs: trees.length === 0 && own ? [own] : [] };
}

/** What is verified after a recovery that is no rollback. `unknown`: this host has no check for the component. */
export async function verifyComponent(site: WorkSite): Promise<Verdict | { kind: 'unknown' }> {
  const { trees, programs } = checksOf(site.config, site.component);
  let verdict: Verdict | { kind: 'unknown' } = { kind: 'unknown' };
  for (const tree of trees) {
    // What failed is not done once more: people approved the check alone.
    const { command: _command, ...retry } = tree.retry;
    verdict = await verify({ ...tree, retry }, site);
    if (verdict.kind !== 'works') return verdict;
  }
  for (const program of programs) {
    if (site.isStopping()) return { kind: 'stopped' };
    const { isGood, how } = await runStep(program, 'Check', site);
    verdict = isGood ? { kind: 'works', how } : { kind: 'fails', how, attempts: 1 };
  }
  return verdict;
}
