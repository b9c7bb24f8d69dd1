import { describe, expect, it } from 'vitest';
import { newName } from './samples.ts';
import type { ReadRejected, Stores } from './stores.ts';

export function rejectedStoreContract(name: string, stores: () => Stores, readRejected: ReadRejected): void {
  describe(`RejectedStore contract: ${name}`, () => {
    it('keeps a rejected message once, with its reason, in its month', async () => {
      const rejected = {
        messageId: newName('message'),
        reason: 'not_json' as const,
        detail: 'Unexpected token <',
        body: '<html>',
        bodyBytes: 6,
        at: new Date('2026-11-30T23:59:59.999Z'),
      };
      await stores().rejected.keep(rejected);
      await stores().rejected.keep({ ...rejected, detail: 'delivered again' });
      const kept = (await readRejected('2026-11')).filter(({ messageId }) => messageId === rejected.messageId);
      expect(kept).toHaveLength(1);
      expect(kept[0]).toMatchObject({ ...rejected, at: rejected.at.toISOString() });
      expect(await readRejected('2026-12')).toEqual([]);
    });
  });
}
