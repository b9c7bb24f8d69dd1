import { z } from 'zod';
import { ComponentChecklist } from '../../checklist/component-checklist.ts';
import {
  GateHolder,
  GateRegistry,
  type GateStore,
  type HeldGates,
  isQuarantined,
  OpenedGate,
  quarantine,
} from '../../gate/gate.ts';
import { absent, asRead, compare, either, exists, update } from './expression.ts';
import { gateHolderKey, gateHolderOf, gateRegistryKey, gatesPartition } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

/** A holder that was opened leaves this much of itself, under its own key. */
const remembered = ['scope', 'id', 'failureId'];
const openedAttributes = ['openedBy', 'openedAt', 'isTold', 'expiresAt'] as const;
const holderAttributes = Object.keys(GateHolder.shape);
const registryAttributes = Object.keys(GateRegistry.shape);
/** What another build wrote beside it keeps no gate from being read; only what depends on what must be understood. */
const KeptRegistry = GateRegistry.extend({
  checklists: z.record(z.string(), z.unknown()).transform(readable).optional().catch(undefined),
  doneWorkDays: GateRegistry.shape.doneWorkDays.catch(undefined),
});
const rememberedSeconds = 30 * 86_400;

/** One item a holder, or what is remembered of it: all in one partition, which stays small. */
export function dynamoGateStore(table: Table): GateStore {
  const store: GateStore = {
    async read() {
      const [held, registry] = await Promise.all([store.held(), store.registry()]);
      return { ...held, ...(registry && { registry }) };
    },

    async held() {
      const state: HeldGates = { holders: [], opened: [], unreadable: [] };
      for await (const item of table.query({ partition: gatesPartition })) {
        if (item.openedAt === undefined) {
          const holder = holderOf(item);
          if (holder) state.holders.push(holder);
          else state.unreadable.push(String(item.sk));
        } else {
          const opened = OpenedGate.safeParse({ ...item, by: item.openedBy, at: item.openedAt });
          if (opened.success) state.opened.push(opened.data);
        }
      }
      return state;
    },

    async registry() {
      const item = await table.get(gateRegistryKey);
      return item && KeptRegistry.parse(pickPresent(item, registryAttributes));
    },

    async put(holder, { expected }) {
      const draft = update();
      const attributes: Item = { ...holder };
      for (const name of holderAttributes) {
        if (attributes[name] === undefined) draft.remove(name);
        else draft.set(name, attributes[name]);
      }
      draft.remove(...openedAttributes);
      draft.when(expected === undefined ? either(absent('pk'), exists('openedAt')) : asRead('rev', expected));
      return (await table.update(gateHolderKey(holder), draft)) !== undefined;
    },

    async remove(holder, { opened } = {}) {
      const key = gateHolderKey(holder);
      if (!opened) return table.removeIf(key, 'rev', holder.rev);
      const draft = update()
        // Nobody replaces what cannot be read, and its `rev` may be anything.
        .when(...(isQuarantined(holder) ? [exists('pk'), absent('openedAt')] : [asRead('rev', holder.rev)]))
        .set('scope', holder.scope)
        .set('id', holder.id)
        .set('openedBy', opened.by)
        .set('openedAt', opened.at)
        .set('expiresAt', Math.floor(Date.parse(opened.at) / 1000) + rememberedSeconds)
        .remove(...holderAttributes.filter((name) => !remembered.includes(name)));
      return (await table.update(key, draft)) !== undefined;
    },

    async told(opened) {
      await table.update(
        gateHolderKey(opened),
        update()
          .when(compare('openedAt', '=', opened.at))
          .set('isTold', true),
      );
    },

    async publish(registry) {
      const draft = update();
      const attributes: Item = { ...registry };
      for (const name of registryAttributes) {
        if (attributes[name] === undefined) draft.remove(name);
        else draft.set(name, attributes[name]);
      }
      await table.update(gateRegistryKey, draft);
    },
  };
  return store;
}

function readable(checklists: Record<string, unknown>): NonNullable<GateRegistry['checklists']> {
  const read = Object.entries(checklists).map(
    ([name, value]) => [name, ComponentChecklist.safeParse(value).data] as const,
  );
  return Object.fromEntries(read.flatMap(([name, checklist]) => (checklist ? [[name, checklist]] : [])));
}

/** Undefined: not even its key says which gate it is. */
function holderOf(item: Item): GateHolder | undefined {
  const read = GateHolder.safeParse(item);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  const unreadable = GateHolder.safeParse({
    schema: 1,
    ...gateHolderOf(String(item.sk)),
    mode: 'stop',
    reason: `What holds this gate cannot be read: look at it, then open it by hand (${wrong})`.slice(0, 300),
    opens: 'when somebody opens it by hand',
    by: quarantine,
    at: new Date(0).toISOString(),
    rev: typeof item.rev === 'string' ? item.rev : '',
  });
  return unreadable.success ? unreadable.data : undefined;
}
