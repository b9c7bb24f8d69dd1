import type { CanaryNews } from '../gate/note-canary.ts';
import { noteCanary } from '../gate/note-canary.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { keptUntil } from './kept-until.ts';
import { type ClaimEnd, endAction, whoseWork } from './whose-work.ts';
import type { WorkItem, WorkItemId } from './work-item.ts';
import { type WorkMove, workDues } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

export interface Claim {
  id: WorkItemId;
  token: string;
}

export type EndOutcome =
  /** `isRepeated`: it had ended so before, by this very claim. */
  | { kind: 'ended'; item: WorkItem; isRepeated: boolean }
  /** The lease ran out and somebody else took the item, or it was moved by hand: nothing was changed. */
  | { kind: 'lost'; item: WorkItem }
  | { kind: 'unknown' };

export type EndMove = (item: WorkItem, move: WorkMove, hasRunOut: boolean) => WorkItem;

/** Ends a claim: the item first, then the gates that wait for their canary. Repeated, it finishes what is missing. */
export async function endClaim(
  ports: WorkPorts,
  { id, token }: Claim,
  { end, move, news }: { end: ClaimEnd; move: EndMove; news: Exclude<CanaryNews, { what: 'claimed' }> },
): Promise<EndOutcome> {
  const outcome = await retryOnConflict(async (): Promise<EndOutcome> => {
    const stored = await ports.work.get(id);
    if (!stored) return { kind: 'unknown' };
    const { item } = stored;
    const whose = whoseWork(item, token);
    if (whose.kind === 'ended' && whose.end === end) return { kind: 'ended', item, isRepeated: true };
    if (whose.kind !== 'mine') return { kind: 'lost', item };
    const by = whose.lease?.holder.slice(0, 80) ?? 'system:sweep';
    const next = move(item, { by, at: ports.now(), actionId: endAction(end, token) }, whose.hasRunOut);
    // Debt that is paid takes its workaround with it: whoever may write failures looks at it.
    const isPaid = next.kind === 'technical-debt' && next.state === 'done';
    const dues = isPaid ? { remind: ports.now().getTime() } : workDues(next, stored.dues);
    const expiry = next.state === 'done' ? { expiresAt: await keptUntil(ports, next.endedAt) } : {};
    await ports.work.save(next, { expectedVersion: item.version, dues, ...expiry });
    return { kind: 'ended', item: next, isRepeated: false };
  });
  if (outcome.kind === 'ended') await noteCanary(ports, news);
  return outcome;
}
