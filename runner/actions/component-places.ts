import type { HostComponent, RunnerConfig } from '../config.ts';
import { realPlace } from '../real-place.ts';

/** What this host knows about a component; undefined when it is none of its components. */
export function hostComponent({ components }: RunnerConfig, component: string): HostComponent | undefined {
  return Object.hasOwn(components, component) ? components[component] : undefined;
}

/** Where a recovery of these components works: their work trees, and each of them as a whole. */
export function componentPlaces({ workTrees }: RunnerConfig, components: readonly string[]): string[] {
  const trees = Object.values(workTrees).filter((tree) => components.includes(tree.component));
  return [...new Set([...trees.map(({ path }) => realPlace(path)), ...components.map((name) => `component:${name}`)])];
}
