import type { FailureId } from '../failure/ids.ts';
import type { CardRecord, FailureStore, Now, StoredFailure } from '../ports.ts';
import { cardKey } from './card-content.ts';

/** Somebody else has the card now: whatever this holder still wanted to do, the other does. */
export class LeaseLostError extends Error {
  readonly code = 'lease_lost';
}

/** One card under its lease: what the lease read, and the only way to write the card. */
export interface Desk {
  stored: StoredFailure;
  card: CardRecord;
  save(change: Partial<CardRecord>, options?: { drop?: (keyof CardRecord)[]; lastSeenAt?: string }): Promise<void>;
  /** Gives the lease back; the next holder need not wait for its end. */
  close(): Promise<void>;
}

export async function openDesk(
  { failures, now }: { failures: Pick<FailureStore, 'leaseCard' | 'saveCard'>; now: Now },
  {
    failureId,
    channel,
    episode,
    holder,
    leaseMs,
  }: { failureId: FailureId; channel: string; episode: number; holder: string; leaseMs: number },
): Promise<Desk | undefined> {
  const key = cardKey(channel, episode);
  const at = now().getTime();
  const lease = { holder, until: at + leaseMs };
  const stored = await failures.leaseCard(failureId, key, { ...lease, now: at });
  if (!stored) return undefined;
  let isLost = false;
  const leased = stored.cards[key];
  if (!leased) throw new Error(`${failureId} was leased without its card ${key}`);
  const desk: Desk = {
    stored,
    card: { ...leased, lease },
    async save(change, { drop = [], lastSeenAt } = {}) {
      const next = { ...desk.card, ...change };
      for (const name of drop) delete (next as Partial<CardRecord>)[name];
      if (!(await failures.saveCard(failureId, key, next, { holder, ...(lastSeenAt && { lastSeenAt }) }))) {
        isLost = true;
        throw new LeaseLostError(`${failureId} ${key}`);
      }
      desk.card = next;
    },
    async close() {
      if (isLost) return;
      const { lease: _lease, ...free } = desk.card;
      await failures.saveCard(failureId, key, free, { holder });
    },
  };
  return desk;
}
