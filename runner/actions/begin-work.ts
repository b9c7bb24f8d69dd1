import { createHash } from 'node:crypto';
import type { HostRecovery, Outcome, WorkSite } from './action.ts';

/** A go that a stopped runner finds later than this, with nothing touched yet, is not carried out any more. */
const goFreshMs = 5 * 60_000;

/**
 * The last look before the first touch: is it still what a person looked at? Undefined when it is, and written down; also when it
 * had begun before.
 */
export async function beginWork(site: WorkSite, recovery: Pick<HostRecovery, 'plan'>): Promise<Outcome | undefined> {
  const { journal, now } = site;
  if (journal.reached('begun')) return undefined;
  if (site.isStopping()) return { kind: 'interrupted' };
  const go = journal.reached('go');
  if (go && now().getTime() - Date.parse(go.at) > goFreshMs) {
    return ended(false, 'The runner was away when it was told to go, and it is too late now. Nothing was touched.');
  }
  const again = await recovery.plan(site);
  // Refused by now: planned once more, that is said to people.
  if (again.kind === 'refused' || again.preview.hash !== journal.find('planned')?.preview.hash)
    return { kind: 'changed' };
  // Asked again: whoever stops meanwhile finds it not begun, and the next start asks how old the go is.
  if (site.isStopping()) return { kind: 'interrupted' };
  journal.write({ kind: 'reached', at: now().toISOString(), milestone: 'begun' });
  return undefined;
}

export function ended(
  ok: boolean,
  reason: string,
  more: Omit<Extract<Outcome, { kind: 'ended' }>, 'kind' | 'ok' | 'reason' | 'refs'> = {},
): Outcome {
  return { kind: 'ended', ok, reason, refs: [], ...more };
}

/** The same content has the same hash. */
export const hashOf = (content: unknown) => createHash('sha256').update(JSON.stringify(content)).digest('hex');
