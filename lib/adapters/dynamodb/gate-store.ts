import { GateHolder, GateRegistry, type GateState, type GateStore, OpenedGate } from '../../gate/gate.ts';
import { absent, asRead, either, exists, update } from './expression.ts';
import { gateHolderKey, gateRegistryKey, gatesPartition } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

/** A holder that was opened leaves this much of itself, under its own key. */
const openedAttributes = ['scope', 'id', 'openedBy', 'openedAt'] as const;
const holderAttributes = Object.keys(GateHolder.shape);
const rememberedSeconds = 30 * 86_400;

/** One item a holder, or what is remembered of it, and one for the registry: all in one partition, which stays small. */
export function dynamoGateStore(table: Table): GateStore {
  return {
    async read() {
      const state: GateState = { holders: [], opened: [] };
      for await (const item of table.query({ partition: gatesPartition })) {
        if (item.sk === gateRegistryKey.sk) {
          // Without it a host would not know what stops it, so nobody goes on; the sweep writes it anew.
          state.registry = GateRegistry.parse(item);
        } else if (item.openedAt === undefined) {
          const holder = holderOf(item);
          if (holder) state.holders.push(holder);
        } else {
          const opened = OpenedGate.safeParse({ ...item, by: item.openedBy, at: item.openedAt });
          if (opened.success) state.opened.push(opened.data);
        }
      }
      return state;
    },

    async put(holder, { expected }) {
      const draft = update();
      const attributes: Item = { ...holder };
      for (const name of holderAttributes) {
        if (attributes[name] === undefined) draft.remove(name);
        else draft.set(name, attributes[name]);
      }
      draft.remove('openedBy', 'openedAt', 'expiresAt');
      draft.when(expected === undefined ? either(absent('pk'), exists('openedAt')) : asRead('rev', expected));
      return (await table.update(gateHolderKey(holder), draft)) !== undefined;
    },

    async remove(holder, { opened } = {}) {
      const key = gateHolderKey(holder);
      if (!opened) return table.removeIf(key, 'rev', holder.rev);
      const draft = update()
        .when(asRead('rev', holder.rev))
        .set('openedBy', opened.by)
        .set('openedAt', opened.at)
        .set('expiresAt', Math.floor(Date.parse(opened.at) / 1000) + rememberedSeconds)
        .remove(...holderAttributes.filter((name) => !openedAttributes.some((kept) => kept === name)));
      return (await table.update(key, draft)) !== undefined;
    },

    async publish(registry) {
      const draft = update();
      for (const [name, value] of Object.entries(pickPresent(registry, Object.keys(GateRegistry.shape)))) {
        draft.set(name, value);
      }
      await table.update(gateRegistryKey, draft);
    },
  };
}

/** What cannot be read is shut: somebody meant to stop something there. It stops its own scope, and nothing else breaks by it. */
function holderOf(item: Item): GateHolder | undefined {
  const read = GateHolder.safeParse(item);
  if (read.success) return read.data;
  const unreadable = GateHolder.safeParse({
    schema: 1,
    scope: item.scope,
    id: item.id ?? String(item.sk).slice(0, 120),
    mode: 'stop',
    reason: 'What holds this gate cannot be read: look at it, then open it by hand',
    opens: 'when somebody opens it by hand',
    by: 'system:gates',
    at: new Date(0).toISOString(),
    rev: item.rev ?? '',
  });
  return unreadable.success ? unreadable.data : undefined;
}
