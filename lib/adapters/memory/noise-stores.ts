import { type BundleStore, stormId } from '../../noise/bundle.ts';
import { type ChannelStore, takeAt, waitFor } from '../../noise/channel-store.ts';
import type { MuteStore } from '../../noise/mute.ts';
import { askForRoom } from '../../noise/turns.ts';
import { addDues, clearDues, newlyAttended } from './attended.ts';
import { copy, type MemoryWorld, memoryWorld } from './world.ts';

export function memoryChannelStore({ channels }: Pick<MemoryWorld, 'channels'> = memoryWorld()): ChannelStore {
  const row = (name: string) => {
    const known = channels.get(name) ?? {};
    channels.set(name, known);
    return known;
  };
  return {
    async take(name, rate, now, asker) {
      const kept = row(name);
      if (asker) {
        const { answer, room } = askForRoom({ turns: [], ...kept }, asker, { rate, now });
        Object.assign(kept, room);
        return answer;
      }
      const next = takeAt(kept.next, rate, now);
      if (next === undefined) return { waitMs: waitFor(kept.next ?? now, rate, now) };
      kept.next = next;
      return 'taken';
    },

    async storm(channel) {
      const { storm } = row(channel);
      return storm && copy(storm);
    },

    async joinStorm(channel, { now, quietMs }) {
      const kept = row(channel);
      const { storm } = kept;
      const id = storm && storm.foldedAt >= now - quietMs ? storm.id : stormId(channel, now);
      kept.storm = { id, foldedAt: now };
      return id;
    },
  };
}

export function memoryMuteStore({ mutes }: Pick<MemoryWorld, 'mutes'> = memoryWorld()): MuteStore {
  return {
    async get(component) {
      const mute = mutes.get(component);
      return mute && copy(mute);
    },

    async list() {
      return copy([...mutes.values()]);
    },

    async put(mute, { expected }) {
      if (mutes.get(mute.component)?.rev !== expected) return false;
      mutes.set(mute.component, copy(mute));
      return true;
    },
  };
}

export function memoryBundleStore(
  { bundles, bundleLines }: Pick<MemoryWorld, 'bundles' | 'bundleLines'> = memoryWorld(),
): BundleStore {
  return {
    async touch(bundle, { show, end }) {
      const kept = bundles.get(bundle.id);
      const wanted = { show, ...(end !== undefined && { end }) };
      if (!kept) {
        bundles.set(bundle.id, { bundle: copy(bundle), message: {}, ...newlyAttended(wanted) });
        return 'added';
      }
      const promised = kept.dues.show;
      addDues(kept, { ...wanted, show: promised ?? show });
      return promised === undefined ? 'added' : 'promised';
    },

    async get(id) {
      const kept = bundles.get(id);
      if (!kept) return undefined;
      const { lease: _lease, ...stored } = kept;
      return copy(stored);
    },

    async keepLine(id, line) {
      const lines = bundleLines.get(id) ?? new Map();
      bundleLines.set(id, lines);
      const kept = lines.get(line.failureId);
      if (kept && !isNewer(line, kept)) return;
      lines.set(line.failureId, copy({ ...line, foldedAt: kept?.foldedAt ?? line.foldedAt }));
    },

    async lines(id) {
      const lines = [...(bundleLines.get(id)?.values() ?? [])];
      return copy(lines.toSorted((one, other) => (one.failureId < other.failureId ? -1 : 1)));
    },

    async lease(id, { holder, until, now }) {
      const kept = bundles.get(id);
      if (!kept || (kept.lease && kept.lease.until > now && kept.lease.holder !== holder)) return undefined;
      kept.lease = { holder, until };
      const { lease: _lease, ...stored } = kept;
      return copy(stored);
    },

    async save(id, message, { holder, release = false }) {
      const kept = bundles.get(id);
      if (kept?.lease?.holder !== holder) return false;
      kept.message = copy(message);
      if (release) delete kept.lease;
      return true;
    },

    async clearDues(id, kinds, rev, { instead = {} } = {}) {
      const kept = bundles.get(id);
      if (kept?.rev !== rev) return false;
      clearDues(kept, kinds, instead);
      return true;
    },
  };
}

/** What says the same again changes nothing; its card came later than its state. */
function isNewer(line: { version: number; hasCard: boolean }, kept: { version: number; hasCard: boolean }): boolean {
  return line.version > kept.version || (line.version === kept.version && line.hasCard && !kept.hasCard);
}
