import { type Dues, earliestDue } from '../../attention/attention.ts';
import type { AttentionItem, AttentionStore } from '../../ports.ts';
import { attendedOf, dueAttribute, removeAttention, setAttention } from './attended.ts';
import { asRead, exists, type Update, update } from './expression.ts';
import { intentsOf } from './group-item.ts';
import {
  attentionPartition,
  attentionShards,
  attentionTime,
  type Key,
  parkedKeys,
  parkedPartition,
  parseTarget,
  targetKey,
} from './keys.ts';
import type { Item, Table } from './table.ts';

export function dynamoAttentionStore(table: Table): AttentionStore {
  return {
    async due(before, limit, after) {
      const shards = Array.from({ length: attentionShards }, async (_, shard) => {
        const partition = attentionPartition(shard);
        const items: Item[] = [];
        for await (const item of table.query({
          index: 'attention',
          partition,
          ...(after === undefined ? {} : { from: after }),
          before: attentionTime(before),
          pageSize: limit + 1,
        })) {
          if (item.ask !== after && items.push(item) >= limit) break;
        }
        return items;
      });
      return (await Promise.all(shards))
        .flat()
        .sort((one, other) => (String(one.ask) < String(other.ask) ? -1 : 1))
        .slice(0, limit)
        .map((item) => ({
          target: parseTarget({ pk: String(item.pk), sk: String(item.sk) }),
          place: String(item.ask),
        }));
    },

    async read(target) {
      const item = await table.get(targetKey(target));
      if (!item) return undefined;
      const { attentionAt, rev, sweepAttempts } = attendedOf(item);
      if (attentionAt === undefined) return undefined;
      return { target, dues: duesOf(target, item, attentionAt), attentionAt, rev, attempts: sweepAttempts };
    },

    async pushBack(item, until, { attempts = item.attempts, dueBefore = until } = {}) {
      const key = targetKey(item.target);
      const draft = unchanged(item).set('sweepAttempts', attempts);
      const stands: number[] = [];
      for (const [kind, at] of Object.entries(item.dues)) {
        if (item.target.kind === 'group') continue;
        const due = dueAttribute(kind);
        draft.when(asRead(due, at));
        if (at < dueBefore && at < until) draft.set(due, until);
        else stands.push(at);
      }
      setAttention(draft, key, Math.min(until, ...stands));
      // A lost answer makes the repeated write look like another sweep's: nothing is sent now, and it is due again.
      return (await table.update(key, draft)) !== undefined;
    },

    async forget(item) {
      const key = targetKey(item.target);
      const earliest = earliestDue(item.dues);
      const draft = update().when(asRead('rev', item.rev), exists('attentionAt'));
      if (earliest === undefined) {
        removeAttention(draft);
        draft.set('sweepAttempts', 0);
      } else {
        setAttention(draft, key, earliest);
      }
      return (await table.update(key, draft)) !== undefined;
    },

    async park(item, reason) {
      const key = targetKey(item.target);
      const draft = unchanged(item).set('parked', reason).set('sweepAttempts', 0);
      if (item.target.kind === 'group') {
        // Whoever counts on it writes its place in the index only where there is none.
        removeAttention(draft);
      } else {
        const { apk, ask } = parkedKeys(key, item.attentionAt);
        draft.remove('attentionAt').set('apk', apk).set('ask', ask);
      }
      return (await table.update(key, draft)) !== undefined;
    },

    async parked(limit) {
      const keys: Key[] = [];
      const place = { index: 'attention', partition: parkedPartition, descending: true, pageSize: limit } as const;
      for await (const { pk, sk } of table.query(place)) {
        if (keys.push({ pk: String(pk), sk: String(sk) }) >= limit) break;
      }
      const items = await table.getAll(keys);
      return keys.flatMap((key) => {
        const reason = items.find(({ pk, sk }) => pk === key.pk && sk === key.sk)?.parked;
        return typeof reason === 'string' ? [{ target: parseTarget(key), reason }] : [];
      });
    },
  };
}

/** `rev` says that no due was added; the time says that no other sweep was first. */
function unchanged({ rev, attentionAt }: AttentionItem): Update {
  return update().when(asRead('rev', rev), asRead('attentionAt', attentionAt));
}

/** A group's due is its open intents: as long as there are any, it is to be looked at. */
function duesOf(target: AttentionItem['target'], item: Item, attentionAt: number): Dues {
  if (target.kind !== 'group') return attendedOf(item).dues;
  return Object.keys(intentsOf(item)).length > 0 ? { settle: attentionAt } : {};
}
