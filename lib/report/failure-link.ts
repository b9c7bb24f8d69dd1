import { FailureId } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';

/** Every failure has an address that says nothing but its id: what it leads to is for those who may log in. */
export const linkPath = (id: string): string => `/f/${id}`;

/** Undefined where kintsugi.yml does not say under which address links are answered. */
export function failureLink({ links }: Pick<Policy, 'links'>, id: FailureId): string | undefined {
  return links && links.base + linkPath(id);
}

/** Which failure a path names; sloppily typed letters are forgiven. */
export function failureInPath(path: string): FailureId | undefined {
  const typed = /^\/f\/([Ff]-[0-9A-Za-z]{6})\/?$/.exec(path)?.[1];
  return typed === undefined ? undefined : FailureId.safeParse(typed.toUpperCase()).data;
}

/** Which failure a link names, if it is one of ours. */
export function failureInLink({ links }: Pick<Policy, 'links'>, url: string): FailureId | undefined {
  if (!links || !URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return origin === links.base ? failureInPath(pathname) : undefined;
}
