import { z } from 'zod';
import type { Dues } from '../../attention/attention.ts';
import {
  Bundle,
  BundleId,
  BundleLine,
  BundleMessage,
  type BundleStore,
  type StoredBundle,
  stormId,
} from '../../noise/bundle.ts';
import { type ChannelStore, type Rate, waitFor } from '../../noise/channel-store.ts';
import { Mute, type MuteStore } from '../../noise/mute.ts';
import { type Asker, askForRoom, Turn } from '../../noise/turns.ts';
import { addDues, attendedOf, clearDues, dueAttribute, newlyAttended } from './attended.ts';
import { absent, asRead, both, compare, either, exists, update } from './expression.ts';
import { bundleKey, bundleLineKey, bundleLinePrefix, channelKey, muteKey, mutesPartition } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

/** A write that meets another one is tried again; whoever loses this often meets a broken table. */
const mostLosses = 50;
const bundleAttributes = Object.keys(Bundle.shape);
const lineAttributes = Object.keys(BundleLine.shape);
const muteAttributes = Object.keys(Mute.shape);
/** A storm is looked at while people remember it. */
const keptSeconds = 90 * 86_400;

/** Turns that cannot be read hold nobody up. */
const KeptRoom = z.object({ next: z.number().optional().catch(undefined), turns: z.array(Turn).catch([]) });

/** One row a channel: when the next message may go, who was promised when, and which storm is on. */
export function dynamoChannelStore(table: Table): ChannelStore {
  return {
    async take(name, rate, now, asker) {
      const key = channelKey(name);
      const { everyMs, burst } = rate;
      // DynamoDB has no max(), so the write has two arms: nobody is before us, or we come after them.
      const first = update()
        .when(absent('turns'), either(absent('next'), compare('next', '<=', now)))
        .set('schema', 1)
        .set('next', now + everyMs);
      const after = update()
        .when(absent('turns'), compare('next', '>', now), compare('next', '<=', now + everyMs * (burst - 1)))
        .add('next', everyMs);
      for (const draft of [first, after]) if (await table.update(key, draft)) return 'taken';
      if (asker) return takeTurn(table, name, { rate, now, asker });
      const item = await table.get(key);
      return { waitMs: waitFor(Number(item?.next ?? now), rate, now) };
    },

    async storm(channel) {
      const item = await table.get(channelKey(channel));
      const id = BundleId.safeParse(item?.storm);
      return id.success ? { id: id.data, foldedAt: Number(item?.foldedAt) } : undefined;
    },

    async joinStorm(channel, { now, quietMs }) {
      const key = channelKey(channel);
      const join = update()
        .when(exists('storm'), compare('foldedAt', '>=', now - quietMs))
        .set('foldedAt', now);
      const begin = update()
        .when(either(absent('storm'), compare('foldedAt', '<', now - quietMs)))
        .set('schema', 1)
        .set('storm', stormId(channel, now))
        .set('foldedAt', now);
      for (const draft of [join, begin, join]) {
        const item = await table.update(key, draft);
        if (item) return BundleId.parse(item.storm);
      }
      throw new Error(`the storm of ${channel} could not be joined`);
    },
  };
}

/** Somebody waits, or must: who comes when is written down. */
async function takeTurn(
  table: Table,
  name: string,
  { rate, now, asker }: { rate: Rate; now: number; asker: Asker },
): Promise<'taken' | { waitMs: number }> {
  const key = channelKey(name);
  for (let losses = 0; losses < mostLosses; losses++) {
    const item = await table.get(key);
    const { answer, room } = askForRoom(KeptRoom.parse(item ?? {}), asker, { rate, now });
    if (!room) return answer;
    const draft = update()
      .when(asRead('next', item?.next), asRead('turnsRev', item?.turnsRev))
      .set('schema', 1)
      .set('next', room.next)
      .add('turnsRev', 1);
    if (await table.update(key, room.turns.length > 0 ? draft.set('turns', room.turns) : draft.remove('turns')))
      return answer;
  }
  return { waitMs: rate.everyMs };
}

export function dynamoMuteStore(table: Table): MuteStore {
  const muteOf = (item: Item) => Mute.parse(pickPresent(item, muteAttributes));
  return {
    async get(component) {
      const item = await table.get(muteKey(component));
      return item && muteOf(item);
    },

    async list() {
      const mutes: Mute[] = [];
      for await (const item of table.query({ partition: mutesPartition })) mutes.push(muteOf(item));
      return mutes;
    },

    async put(mute, { expected }) {
      const draft = update().when(either(asRead('rev', expected), compare('rev', '=', mute.rev)));
      const attributes: Item = { ...mute };
      for (const name of muteAttributes) {
        if (attributes[name] === undefined) draft.remove(name);
        else draft.set(name, attributes[name]);
      }
      draft.set('expiresAt', Math.ceil(Date.parse(mute.until) / 1000) + keptSeconds);
      return (await table.update(muteKey(mute.component), draft)) !== undefined;
    },
  };
}

export function dynamoBundleStore(table: Table): BundleStore {
  return {
    async touch(bundle, { show, end }) {
      const key = bundleKey(bundle.id);
      const wanted: Dues = { show, ...(end !== undefined && { end }) };
      const expiresAt = Math.ceil(Date.parse(bundle.startedAt) / 1000) + keptSeconds;
      // In a storm nearly every touch finds it promised: one write says that something is new.
      const again = update()
        .when(exists(dueAttribute('show')), exists('attentionAt'), absent('parked'))
        .add('rev', 1);
      if (end === undefined && (await table.update(key, again))) return 'promised';
      for (let losses = 0; losses < mostLosses; losses++) {
        const item = await table.get(key);
        if (!item) {
          const whole = { ...key, ...bundle, message: {}, expiresAt, ...newlyAttended(key, wanted) };
          if (await table.putIfAbsent(whole)) return 'added';
          continue;
        }
        const stored = attendedOf(item);
        const promised = stored.dues.show;
        const draft = update();
        // At the time that stands: what was put off stays put off.
        addDues(draft, key, stored, { ...wanted, show: promised ?? show });
        if (await table.update(key, draft)) return promised === undefined ? 'added' : 'promised';
      }
      throw new Error(`${bundle.id} changed ${mostLosses} times while it was being touched`);
    },

    async get(id) {
      const item = await table.get(bundleKey(id));
      return item && storedOf(item);
    },

    async keepLine(id, line) {
      const { foldedAt, permalink, ...rest } = line;
      const draft = update().setIfAbsent('foldedAt', foldedAt);
      for (const [name, value] of Object.entries(rest)) draft.set(name, value);
      if (permalink !== undefined) draft.set('permalink', permalink);
      draft.set('expiresAt', Math.ceil(Date.parse(foldedAt) / 1000) + keptSeconds);
      // Its card came later than its state.
      const isFurther = both(compare('version', '=', line.version), compare('hasCard', '=', false));
      draft.when(either(absent('pk'), compare('version', '<', line.version), ...(line.hasCard ? [isFurther] : [])));
      await table.update(bundleLineKey(id, line.failureId), draft);
    },

    async lines(id) {
      const lines: BundleLine[] = [];
      for await (const item of table.query({ partition: bundleKey(id).pk, prefix: bundleLinePrefix })) {
        lines.push(BundleLine.parse(pickPresent(item, lineAttributes)));
      }
      return lines;
    },

    async lease(id, { holder, until, now }) {
      const draft = update()
        .set('lease', { holder, until })
        .when(exists('pk'))
        .when(
          either(absent('lease'), compare(['lease', 'until'], '<=', now), compare(['lease', 'holder'], '=', holder)),
        );
      const item = await table.update(bundleKey(id), draft);
      return item && storedOf(item);
    },

    async save(id, message, { holder, release = false }) {
      const draft = update()
        .set('message', message)
        .when(compare(['lease', 'holder'], '=', holder));
      if (release) draft.remove('lease');
      return (await table.update(bundleKey(id), draft)) !== undefined;
    },

    async clearDues(id, kinds, rev, { instead = {} } = {}) {
      const key = bundleKey(id);
      const item = await table.get(key);
      const stored = item && attendedOf(item);
      if (stored?.rev !== rev) return false;
      const draft = update();
      clearDues(draft, key, stored, kinds, instead);
      return (await table.update(key, draft)) !== undefined;
    },
  };
}

function storedOf(item: Item): StoredBundle {
  return {
    bundle: Bundle.parse(pickPresent(item, bundleAttributes)),
    message: BundleMessage.parse(item.message ?? {}),
    ...attendedOf(item),
  };
}
