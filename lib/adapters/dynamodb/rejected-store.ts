import type { RejectedStore } from '../../ports.ts';
import { rejectedKey } from './keys.ts';
import type { Table } from './table.ts';

export function dynamoRejectedStore(table: Table): RejectedStore {
  return {
    async keep({ messageId, at, ...rejected }) {
      const item = { ...rejectedKey(at, messageId), schema: 1, messageId, ...rejected, at: at.toISOString() };
      // Kept before: the message was delivered again, and says the same.
      await table.putIfAbsent(item);
    },
  };
}
