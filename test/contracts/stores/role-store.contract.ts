import { describe, expect, it } from 'vitest';
import { newName } from './samples.ts';
import type { Stores } from './stores.ts';

export function roleStoreContract(name: string, stores: () => Stores): void {
  const store = () => stores().roles;
  const group = () => `@${newName('sre')}`;

  describe(`RoleStore contract: ${name}`, () => {
    it('returns a group as it was put, an empty one too, and knows no other', async () => {
      const role = { name: group(), members: ['U0ADA', 'U0BOB'], at: '2026-11-03T12:00:00.000Z' };
      const empty = { ...role, name: group(), members: [] };
      await store().put(role);
      await store().put(empty);
      expect(await store().get(role.name)).toStrictEqual(role);
      expect(await store().get(empty.name)).toStrictEqual(empty);
      expect(await store().get(group())).toBeUndefined();
    });

    it('keeps the newest answer, whichever was put last', async () => {
      const older = { name: group(), members: ['U0ADA'], at: '2026-11-03T12:00:00.000Z' };
      const newer = { ...older, members: ['U0BOB'], at: '2026-11-03T12:00:01.000Z' };
      await store().put(older);
      await store().put(newer);
      await store().put(older);
      expect(await store().get(older.name)).toStrictEqual(newer);
    });
  });
}
