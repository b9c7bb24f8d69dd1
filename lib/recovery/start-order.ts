import { blastRadius } from '../gate/depends-on.ts';
import type { Policy } from '../policy/policy.ts';

/**
 * What goes down with a component, in the order in which it is started: what others need comes first. It is stopped the other
 * way round.
 */
export function startOrder({ components }: Pick<Policy, 'components'>, component: string): string[] {
  const dependsOn = Object.fromEntries(Object.entries(components).map(([name, policy]) => [name, policy.dependsOn]));
  const radius = blastRadius(component, dependsOn);
  const ordered = new Set<string>();
  const begun = new Set<string>();
  const place = (name: string) => {
    // In a circle nobody is first: whoever was met first waits for the others.
    if (begun.has(name)) return;
    begun.add(name);
    for (const needed of dependsOn[name] ?? []) if (radius.includes(needed)) place(needed);
    ordered.add(name);
  };
  for (const name of radius) place(name);
  return [...ordered];
}
