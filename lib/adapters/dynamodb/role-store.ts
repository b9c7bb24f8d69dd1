import { z } from 'zod';
import { Mention } from '../../policy/policy.ts';
import type { RoleStore } from '../../recovery/roles.ts';
import { absent, compare, either, update } from './expression.ts';
import { roleKey } from './keys.ts';
import type { Table } from './table.ts';

const Role = z.object({ name: Mention, members: z.array(z.string()), at: z.iso.datetime() });

export function dynamoRoleStore(table: Table): RoleStore {
  return {
    async get(name) {
      const item = await table.get(roleKey(name));
      return item && Role.parse(item);
    },

    async put({ name, members, at }) {
      const draft = update().set('schema', 1).set('name', name).set('members', members).set('at', at);
      // An answer that was on its way for longer tells no more than the one that is kept.
      await table.update(roleKey(name), draft.when(either(absent('at'), compare('at', '<=', at))));
    },
  };
}
