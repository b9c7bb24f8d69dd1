import { z } from 'zod';
import { GroupBusyError } from '../../errors.ts';
import { maxOpenIntents, type SignalLedger } from '../../ports.ts';
import { Signal } from '../../signal/signal.ts';
import { signalKey } from '../../signal/signal-key.ts';
import { attendBy, removeAttention } from './attended.ts';
import { absent, asRead, both, compare, either, exists, type Update, update } from './expression.ts';
import { groupOf, intentAttribute, intentsOf } from './group-item.ts';
import { groupKey, signalItemKey } from './keys.ts';
import type { Item, Table } from './table.ts';

const SignalItem = z.object({ schema: z.literal(1), batch: z.string(), bodyHash: z.string(), signal: Signal });

/** How many intents stand on a group: moved by the very writes that add and remove them, so it is exact. */
const openCount = 'openIntents';

type Settlement = Parameters<SignalLedger['settle']>[0];

export function dynamoSignalLedger(table: Table): SignalLedger {
  return {
    async intend({ fingerprint, template, batch, signals, newFailureId, at, settleDueAt }) {
      const key = groupKey(fingerprint);
      const intent = intentAttribute(batch);
      // One write, whether attention is absent or stands earlier. Refused when it was written before (its answer was
      // lost), when too many are open, or when the sweep pushed attention beyond this due: then it is read, and the
      // other arm moves attention back.
      let attentionAt: number | undefined;
      for (;;) {
        const draft = update()
          .when(absent(intent), either(absent(openCount), compare(openCount, '<', maxOpenIntents)))
          .set(intent, { signals, at: at.getTime() })
          .add(openCount, 1)
          .setIfAbsent('schema', 1)
          .setIfAbsent('fingerprint', fingerprint)
          .setIfAbsent('failureId', newFailureId)
          .setIfAbsent('template', template)
          .setIfAbsent('createdAt', at.toISOString())
          .add('count', 0)
          .add('rev', 1)
          .remove('parked');
        attendBy(draft, key, settleDueAt, attentionAt);
        const item = await table.update(key, draft);
        if (item) return groupOf(item);
        const stored = await table.get(key);
        if (stored?.[intent] !== undefined) return groupOf(stored);
        const open = Number(stored?.[openCount] ?? 0);
        if (open >= maxOpenIntents) throw new GroupBusyError(fingerprint, open);
        attentionAt = stored?.attentionAt as number | undefined;
      }
    },

    async record({ source, signal, bodyHash, fingerprint, batch, receivedAt, expiresAtSeconds }) {
      const key = signalItemKey(signalKey(source, signal.id));
      for (;;) {
        const isNew = await table.putIfAbsent({
          ...key,
          schema: 1,
          source,
          signal,
          bodyHash,
          fingerprint,
          batch,
          occurredAt: signal.occurredAt,
          receivedAt: receivedAt.toISOString(),
          expiresAt: expiresAtSeconds,
        });
        if (isNew) return 'new';
        const stored = await table.get(key);
        // Expired between the refusal and the read: it is unknown again.
        if (!stored) continue;
        const known = SignalItem.parse(stored);
        if (known.bodyHash !== bodyHash) return 'reused';
        return known.batch === batch ? 'mine' : 'duplicate';
      }
    },

    async settle(settlement) {
      const key = groupKey(settlement.fingerprint);
      if (await table.update(key, settleInOrder(settlement))) return true;
      for (;;) {
        const stored = await table.get(key);
        // Settled before, by the sweep or by this very write, whose answer was lost.
        if (stored?.[intentAttribute(settlement.batch)] === undefined) return false;
        if (await table.update(key, settleAsRead(settlement, stored))) return true;
      }
    },

    async group(fingerprint) {
      const item = await table.get(groupKey(fingerprint));
      return item && groupOf(item);
    },

    async recordedBy(batch, signals) {
      const items = await table.getAll(signals.map(signalItemKey));
      const found = new Map(items.map((item) => [String(item.pk), SignalItem.parse(item)]));
      return [...new Set(signals)].flatMap((key) => {
        const item = found.get(signalItemKey(key).pk);
        return item?.batch === batch ? [{ key, signal: item.signal }] : [];
      });
    },

    async repoint(fingerprint, from, to) {
      const key = groupKey(fingerprint);
      const draft = update()
        .set('failureId', to)
        .set('count', 0)
        .remove('firstSeenAt', 'lastSeenAt')
        .add('rev', 1)
        .when(compare('failureId', '=', from));
      if (await table.update(key, draft)) return true;
      return (await table.get(key))?.failureId === to;
    },

    async forget(fingerprint, failureId) {
      const key = groupKey(fingerprint);
      const item = await table.get(key);
      if (item?.failureId !== failureId) return true;
      // Whoever begins to count, or points it elsewhere, moves `rev`.
      return Object.keys(intentsOf(item)).length === 0 && (await table.removeIf(key, 'rev', item.rev));
    },
  };
}

function settled({ batch, count }: Settlement): Update {
  const intent = intentAttribute(batch);
  // Settling is progress, so a busy group is never parked.
  return update().when(exists(intent)).remove(intent).add(openCount, -1).add('count', count).set('sweepAttempts', 0);
}

/** The ordinary case without a read: what this batch saw is the newest, and the first sighting stands. */
function settleInOrder(settlement: Settlement): Update {
  const draft = settled(settlement);
  const { first, last } = seen(settlement);
  if (first !== undefined && last !== undefined) {
    draft.setIfAbsent('firstSeenAt', first).set('lastSeenAt', last);
    draft.when(
      either(absent('lastSeenAt'), both(compare('lastSeenAt', '<=', last), compare('firstSeenAt', '<=', first))),
    );
  }
  if (settlement.aloneAtRev !== undefined) {
    draft.when(asRead('rev', settlement.aloneAtRev));
    removeAttention(draft);
  }
  return draft;
}

/** Earliest and latest against what was read; a write that moved them across ours meanwhile refuses it. */
function settleAsRead(settlement: Settlement, stored: Item): Update {
  const draft = settled(settlement);
  const { first, last } = seen(settlement);
  const move = (attribute: string, mine: string | undefined, passes: '<' | '>'): void => {
    if (mine === undefined) return;
    const theirs = stored[attribute] as string | undefined;
    const isMine = theirs === undefined || (passes === '<' ? mine < theirs : mine > theirs);
    if (theirs === undefined) draft.when(absent(attribute));
    else if (isMine) draft.when(compare(attribute, passes === '<' ? '>' : '<', mine));
    else draft.when(compare(attribute, passes === '<' ? '<=' : '>=', mine));
    if (isMine) draft.set(attribute, mine);
  };
  move('firstSeenAt', first, '<');
  move('lastSeenAt', last, '>');
  return draft;
}

/** In UTC, so that times compare as text. */
function seen({ firstSeenAt, lastSeenAt }: Settlement): { first: string | undefined; last: string | undefined } {
  const utc = (time: string | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
  return { first: utc(firstSeenAt ?? lastSeenAt), last: utc(lastSeenAt ?? firstSeenAt) };
}
