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
        if (item.sk === gateRegistryKey.sk) state.registry = GateRegistry.parse(item);
        else if (item.openedAt === undefined) state.holders.push(GateHolder.parse(item));
        else state.opened.push(OpenedGate.parse({ ...item, by: item.openedBy, at: item.openedAt }));
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
