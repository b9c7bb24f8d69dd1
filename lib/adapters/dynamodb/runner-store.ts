import { z } from 'zod';
import { RunnerPresence } from '../../recovery/command.ts';
import type { RunnerStore } from '../../recovery/runner-presence.ts';
import { absent, compare, either, update } from './expression.ts';
import { runnerKey, runnersPartition } from './keys.ts';
import type { Table } from './table.ts';

const Heard = z.object({ presence: RunnerPresence, heardAt: z.iso.datetime() });

export function dynamoRunnerStore(table: Table): RunnerStore {
  return {
    async heard(presence, heardAt) {
      const at = heardAt.toISOString();
      const draft = update().set('schema', 1).set('presence', presence).set('heardAt', at);
      await table.update(
        runnerKey(presence.runner),
        draft.when(either(absent('heardAt'), compare('heardAt', '<=', at))),
      );
    },

    async list() {
      const runners = [];
      for await (const item of table.query({ partition: runnersPartition })) {
        // What another version wrote is told anew within a minute.
        const heard = Heard.safeParse(item);
        if (heard.success) runners.push({ ...heard.data.presence, heardAt: heard.data.heardAt });
      }
      return runners;
    },
  };
}
