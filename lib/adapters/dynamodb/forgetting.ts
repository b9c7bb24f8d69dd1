import { z } from 'zod';
import { Absorbed } from '../../failure/absorbed.ts';
import { Fingerprint } from '../../failure/ids.ts';
import type { FailureStore } from '../../ports.ts';
import { dueAttribute } from './attended.ts';
import { absent, asRead, both, compare, either, exists, update } from './expression.ts';
import { failureAttributes } from './failure-item.ts';
import { failureKey } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Stands on a failure that is being taken away, instead of its state: nobody finds it, and every other write is refused. */
const mark = 'forgottenAt';
export const isForgotten = (item: Item): boolean => item[mark] !== undefined;
export const isThere = both(exists('pk'), absent(mark));

const Left = z.object({ fingerprint: Fingerprint, absorbed: z.array(Absorbed).default([]) });

/** Only the fingerprint, to find the group by, its parts, and the due, so that it goes on after a crash, are left. */
const emptied = [...failureAttributes, 'lpk', 'lsk', 'rpk', 'rsk'].filter(
  (name) => name !== 'fingerprint' && name !== 'absorbed',
);

export function forgetting(table: Table): Pick<FailureStore, 'forget' | 'forgotten' | 'erase'> {
  return {
    async forget(id, { version }) {
      const draft = update()
        .when(
          asRead('version', version),
          either(compare('status', '=', 'resolved'), compare('status', '=', 'merged')),
          exists(dueAttribute('forget')),
          absent(mark),
        )
        .set(mark, version)
        .remove(...emptied)
        .add('rev', 1);
      if (await table.update(failureKey(id), draft)) return true;
      const item = await table.get(failureKey(id));
      return item !== undefined && isForgotten(item);
    },

    async forgotten(id) {
      const item = await table.get(failureKey(id));
      if (!item || !isForgotten(item)) return undefined;
      const { fingerprint, absorbed } = Left.parse(item);
      return { fingerprint, parts: absorbed.map(({ failureId }) => failureId) };
    },

    async erase(id) {
      const key = failureKey(id);
      const item = await table.get(key);
      if (!item || !isForgotten(item)) return;
      for await (const { pk, sk } of table.query({ partition: key.pk })) {
        if (sk !== key.sk) await table.removeIf({ pk: String(pk), sk: String(sk) }, 'pk', pk);
      }
      await table.removeIf(key, mark, item[mark]);
    },
  };
}
