import type { HostRecovery, Site, WorkSite } from './action.ts';

/** Two ways to do the same: which one is seen from the site, and once a plan is carried out, from that plan. */
export function either(
  [first, second]: readonly [HostRecovery, HostRecovery],
  { isFirst, isPlanOfFirst }: { isFirst: (site: Site) => boolean; isPlanOfFirst: (site: WorkSite) => boolean },
): HostRecovery {
  const chosen = (site: Site) => (isFirst(site) ? first : second);
  return {
    places: (site) => chosen(site).places(site),
    isAble: (config, component) => first.isAble(config, component) || second.isAble(config, component),
    plan: (site) => chosen(site).plan(site),
    carryOut: (site) => (isPlanOfFirst(site) ? first : second).carryOut(site),
  };
}
