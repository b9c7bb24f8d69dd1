import type { Mention } from '../../../policy/policy.ts';
import type { RoleStore } from '../../../recovery/roles.ts';
import type { Named } from '../refusal-texts.ts';

/** Of a larger group nobody is asked by name. */
const mostPeople = 5;

/**
 * Who is in each small group that may: whoever is refused asks a person. By what was last remembered of the group, which was
 * asked for this very refusal. Not for the fields of forms, where nobody can be named.
 */
export async function namePeople<R extends object>({ roles }: { roles: RoleStore }, refusal: R): Promise<R & Named> {
  if (!('who' in refusal) || !Array.isArray(refusal.who)) return refusal;
  const groups = (refusal.who as Mention[]).filter((name) => /^[@S]/.test(name));
  const known = await Promise.all(groups.map(async (name) => [name, (await roles.get(name))?.members ?? []] as const));
  return { ...refusal, people: Object.fromEntries(known.filter(([, members]) => members.length <= mostPeople)) };
}
