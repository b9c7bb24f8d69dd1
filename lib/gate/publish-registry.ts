import { z } from 'zod';
import type { GateRegistry } from './gate.ts';
import type { RegistryPorts } from './gate-ports.ts';

/**
 * Tells the hosts which gates concern which component. Written only when kintsugi.yml says something else than what stands, or
 * when that cannot be read; two who write at once write the same.
 */
export async function publishRegistry({ gates, policy, now }: RegistryPorts): Promise<'published' | 'unchanged'> {
  const dependsOn = dependencies(policy);
  const doneWorkDays = policy.retention?.doneWorkDays;
  const checklists = asked(policy);
  const stands = await gates.registry().catch(unreadable);
  const isSame = JSON.stringify(sorted(stands?.dependsOn ?? {})) === JSON.stringify(sorted(dependsOn));
  const isAsked = JSON.stringify(sorted(stands?.checklists ?? {})) === JSON.stringify(sorted(checklists));
  if (stands && isSame && isAsked && stands.doneWorkDays === doneWorkDays) return 'unchanged';
  const keep = doneWorkDays === undefined ? {} : { doneWorkDays };
  await gates.publish({ schema: 1, dependsOn, checklists, ...keep, publishedAt: now().toISOString() });
  return 'published';
}

export function dependencies(policy: RegistryPorts['policy']): GateRegistry['dependsOn'] {
  return Object.fromEntries(Object.entries(policy.components).map(([name, { dependsOn }]) => [name, dependsOn]));
}

function asked(policy: RegistryPorts['policy']): NonNullable<GateRegistry['checklists']> {
  const own = Object.entries(policy.components).flatMap(([name, { checklist }]) =>
    checklist ? [[name, checklist]] : [],
  );
  return Object.fromEntries(own);
}

function sorted<T>(map: Record<string, T>): [string, T][] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What cannot be understood is written anew. That the table is away is said. */
function unreadable(error: unknown): undefined {
  if (!(error instanceof z.ZodError)) throw error;
}
