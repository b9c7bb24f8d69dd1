import type { HostRecovery, Outcome, WorkSite } from './action.ts';

/** A go that is older than this, with nothing touched yet, is not carried out any more. */
const goFreshMs = 5 * 60_000;

/** Who said go looked at the world of then: the runner may have been away since, or have waited for another process. */
export function tooLate({ journal, now }: Pick<WorkSite, 'journal' | 'now'>): Outcome | undefined {
  const go = journal.reached('go');
  if (!go || now().getTime() - Date.parse(go.at) <= goFreshMs) return undefined;
  const since = `It was told to go more than ${goFreshMs / 60_000} minutes ago and could not begin until now`;
  return ended(
    false,
    `${since}: the runner was away, or another process was at work here. Nothing was touched. Ask again.`,
  );
}

/**
 * The last look before the first touch: is it still what a person looked at? Undefined when it is, and written down; also when it
 * had begun before.
 */
export async function beginWork(site: WorkSite, recovery: Pick<HostRecovery, 'plan'>): Promise<Outcome | undefined> {
  const { journal, now } = site;
  if (journal.reached('begun')) return undefined;
  if (site.isStopping()) return { kind: 'interrupted' };
  const late = tooLate(site);
  if (late) return late;
  const again = await recovery.plan(site);
  // Refused by now: planned once more, that is said to people.
  if (again.kind === 'refused' || again.preview.hash !== journal.find('planned')?.preview.hash)
    return { kind: 'changed' };
  // Asked again: whoever stops meanwhile finds it not begun, and the next start asks how old the go is.
  if (site.isStopping()) return { kind: 'interrupted' };
  journal.write({ kind: 'reached', at: now().toISOString(), milestone: 'begun' });
  return undefined;
}

type Ended = Extract<Outcome, { kind: 'ended' }>;

export function ended(ok: boolean, reason: string, more: Partial<Omit<Ended, 'kind' | 'ok' | 'reason'>> = {}): Ended {
  return { kind: 'ended', ok, reason, refs: [], ...more };
}
