import type { GateScope } from './gate-scope.ts';

/** Whose gates concern this component: its own, and those of all that it cannot work without. A circle ends where it began. */
export function gatesOf(
  component: string,
  dependsOn: Readonly<Record<string, readonly GateScope[] | undefined>>,
): Set<GateScope> {
  const found = new Set<GateScope>([component]);
  for (const scope of found) {
    if (!Object.hasOwn(dependsOn, scope)) continue;
    for (const needed of dependsOn[scope] ?? []) found.add(needed);
  }
  return found;
}

/** What goes down with this component: every component that cannot work without it, itself first. */
export function blastRadius(
  component: string,
  dependsOn: Readonly<Record<string, readonly GateScope[] | undefined>>,
): string[] {
  const others = Object.keys(dependsOn).filter((other) => other !== component);
  return [component, ...others.filter((other) => gatesOf(other, dependsOn).has(component)).sort()];
}
