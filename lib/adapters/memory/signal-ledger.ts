import { GroupBusyError } from '../../errors.ts';
import { type Group, maxOpenIntents, type SignalLedger } from '../../ports.ts';
import { signalKey } from '../../signal/signal-key.ts';
import { copy, type MemoryGroup, type MemoryWorld, memoryWorld } from './world.ts';

export function memorySignalLedger(world: MemoryWorld = memoryWorld()): SignalLedger {
  return {
    async intend({ fingerprint, template, batch, signals, newFailureId, at, settleDueAt }) {
      const group = world.groups.get(fingerprint) ?? {
        fingerprint,
        failureId: newFailureId,
        count: 0,
        createdAt: at.toISOString(),
        template,
        intents: {},
        rev: 0,
        sweepAttempts: 0,
      };
      if (group.intents[batch]) return groupOf(group);
      const open = Object.keys(group.intents).length;
      if (open >= maxOpenIntents) throw new GroupBusyError(fingerprint, open);
      world.groups.set(fingerprint, group);
      group.intents[batch] = { signals: [...signals], at: at.getTime() };
      group.rev += 1;
      group.attentionAt = Math.min(group.attentionAt ?? Infinity, settleDueAt);
      delete group.parked;
      return groupOf(group);
    },

    async record(entry) {
      const key = signalKey(entry.source, entry.signal.id);
      const known = world.signals.get(key);
      if (!known) {
        world.signals.set(key, { ...copy(entry), receivedAt: entry.receivedAt });
        return 'new';
      }
      if (known.bodyHash !== entry.bodyHash) return 'reused';
      return known.batch === entry.batch ? 'mine' : 'duplicate';
    },

    async settle({ fingerprint, batch, count, firstSeenAt, lastSeenAt, aloneAtRev }) {
      const group = world.groups.get(fingerprint);
      if (!group?.intents[batch]) return false;
      delete group.intents[batch];
      group.count += count;
      group.sweepAttempts = 0;
      const seen = [firstSeenAt, lastSeenAt].flatMap((time) => (time ? [new Date(time).toISOString()] : []));
      const [first] = [...seen, ...(group.firstSeenAt ? [group.firstSeenAt] : [])].sort();
      const last = [...seen, ...(group.lastSeenAt ? [group.lastSeenAt] : [])].sort().at(-1);
      if (first) group.firstSeenAt = first;
      if (last) group.lastSeenAt = last;
      if (group.rev === aloneAtRev) delete group.attentionAt;
      return true;
    },

    async group(fingerprint) {
      const group = world.groups.get(fingerprint);
      return group && groupOf(group);
    },

    async recordedBy(batch, signals) {
      return [...new Set(signals)].flatMap((key) => {
        const known = world.signals.get(key);
        return known?.batch === batch ? [{ key, signal: copy(known.signal) }] : [];
      });
    },

    async repoint(fingerprint, from, to) {
      const group = world.groups.get(fingerprint);
      if (!group) return false;
      if (group.failureId === from) {
        Object.assign(group, { failureId: to, count: 0, rev: group.rev + 1 });
        delete group.firstSeenAt;
        delete group.lastSeenAt;
      }
      return group.failureId === to;
    },

    async forget(fingerprint, failureId) {
      const group = world.groups.get(fingerprint);
      if (group?.failureId !== failureId) return true;
      return Object.keys(group.intents).length === 0 && world.groups.delete(fingerprint);
    },
  };
}

export function groupOf(group: MemoryGroup): Group {
  const { createdAt, attentionAt: _, sweepAttempts: __, parked: ___, ...rest } = copy(group);
  return { ...rest, firstSeenAt: rest.firstSeenAt ?? createdAt, lastSeenAt: rest.lastSeenAt ?? createdAt };
}
