import { isDeepStrictEqual } from 'node:util';
import { FailureNotFoundError } from '../../errors.ts';
import type { FailureStore } from '../../ports.ts';
import { absent, compare, either, update } from './expression.ts';
import { cardAttribute, cardOf, leaseAttribute, storedFailureOf } from './failure-item.ts';
import { isForgotten, isThere } from './forgetting.ts';
import { failureKey, seenKeys } from './keys.ts';
import type { Table } from './table.ts';

/** Cards are written under their lease alone, whatever happens to the failure's state meanwhile. */
export function failureCards(table: Table): Pick<FailureStore, 'leaseCard' | 'saveCard'> {
  return {
    async leaseCard(id, key, { holder, until, now }) {
      const lease = leaseAttribute(key);
      const draft = update()
        .set(lease, { holder, until })
        .when(isThere)
        // A holder may renew, so its own write, repeated after a lost answer, is not refused.
        .when(either(absent(lease), compare([lease, 'until'], '<=', now), compare([lease, 'holder'], '=', holder)));
      const item = await table.update(failureKey(id), draft);
      if (item) return storedFailureOf(item);
      const stored = await table.get(failureKey(id));
      if (!stored || isForgotten(stored)) throw new FailureNotFoundError(id);
      return undefined;
    },

    async saveCard(id, key, { lease, ...card }, { holder, lastSeenAt }) {
      const held = leaseAttribute(key);
      const draft = update()
        .set(cardAttribute(key), card)
        .when(compare([held, 'holder'], '=', holder));
      if (lease) draft.set(held, lease);
      else draft.remove(held);
      for (const [name, sort] of Object.entries(lastSeenAt === undefined ? {} : seenKeys(lastSeenAt, id))) {
        draft.set(name, sort);
      }
      if (await table.update(failureKey(id), draft)) return true;
      // Refused by its own success: the answer was lost and the write, which released the lease, was repeated.
      const item = await table.get(failureKey(id));
      const stored = item && cardOf(item, key);
      return stored !== undefined && isDeepStrictEqual(stored, withoutAbsent({ ...card, ...(lease ? { lease } : {}) }));
    },
  };
}

function withoutAbsent<T extends object>(card: T): T {
  return Object.fromEntries(Object.entries(card).filter(([, value]) => value !== undefined)) as T;
}
