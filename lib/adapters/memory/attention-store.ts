import { type Dues, earliestDue } from '../../attention/attention.ts';
import type { AttentionItem, AttentionStore, AttentionTarget } from '../../ports.ts';
import { attentionKeys, attentionTime, targetKey } from '../dynamodb/keys.ts';
import { attend } from './attended.ts';
import { runName } from './run-store.ts';
import { type MemoryWorld, memoryWorld } from './world.ts';

interface Kept {
  attentionAt?: number;
  rev: number;
  sweepAttempts: number;
  parked?: string;
  dues?: Dues;
}

export function memoryAttentionStore(world: MemoryWorld = memoryWorld()): AttentionStore {
  const parkedAt = new Map<string, number>();
  const parkedSince = (target: AttentionTarget) => parkedAt.get(JSON.stringify(target)) ?? 0;

  function find(target: AttentionTarget): Kept | undefined {
    switch (target.kind) {
      case 'failure':
        return world.failures.get(target.failureId)?.stored;
      case 'run':
        return world.runs.get(runName(target.failureId, target.runId));
      case 'group':
        return world.groups.get(target.fingerprint);
      case 'work':
        return world.work.get(target.workItemId);
      case 'bundle':
        return world.bundles.get(target.bundleId);
      default:
        return target satisfies never;
    }
  }

  function targets(): AttentionTarget[] {
    return [
      ...[...world.failures.keys()].map((failureId) => ({ kind: 'failure' as const, failureId })),
      ...[...world.runs.values()].map(({ run }) => ({ kind: 'run' as const, failureId: run.failureId, runId: run.id })),
      ...[...world.groups.keys()].map((fingerprint) => ({ kind: 'group' as const, fingerprint })),
      ...[...world.work.keys()].map((workItemId) => ({ kind: 'work' as const, workItemId })),
      ...[...world.bundles.keys()].map((bundleId) => ({ kind: 'bundle' as const, bundleId })),
    ];
  }

  /** `rev` says that no due was added; the time and the dues say that no other sweep was first. */
  function unchanged(item: AttentionItem): Kept | undefined {
    const kept = find(item.target);
    if (kept?.rev !== item.rev || kept.attentionAt !== item.attentionAt) return undefined;
    const cleared = Object.entries(item.dues).some(([kind, at]) => kept.dues && kept.dues[kind as keyof Dues] !== at);
    return cleared ? undefined : kept;
  }

  return {
    async due(before, limit, after = '') {
      return targets()
        .flatMap((target) => {
          const attentionAt = find(target)?.attentionAt;
          return attentionAt === undefined
            ? []
            : [{ target, place: attentionKeys(targetKey(target), attentionAt).ask }];
        })
        .filter(({ place }) => place > after && place < attentionTime(before))
        .sort((one, other) => (one.place < other.place ? -1 : 1))
        .slice(0, limit);
    },

    async read(target) {
      const kept = find(target);
      if (kept?.attentionAt === undefined) return undefined;
      const { attentionAt, rev, sweepAttempts: attempts } = kept;
      return { target, dues: duesOf(kept, world, target), attentionAt, rev, attempts };
    },

    async pushBack(item, until, { attempts = item.attempts, dueBefore = until } = {}) {
      const kept = unchanged(item);
      if (!kept) return false;
      const pushed = Object.entries(kept.dues ?? {}).map(([kind, at]): [string, number] => [
        kind,
        at < dueBefore && at < until ? until : at,
      ]);
      if (kept.dues) kept.dues = Object.fromEntries(pushed);
      attend(kept, Math.min(until, ...pushed.map(([, at]) => at)));
      kept.sweepAttempts = attempts;
      return true;
    },

    async forget(item) {
      const kept = find(item.target);
      if (kept?.rev !== item.rev || kept.attentionAt === undefined) return false;
      const earliest = earliestDue(item.dues);
      attend(kept, earliest);
      if (earliest === undefined) kept.sweepAttempts = 0;
      return true;
    },

    async park(item, reason) {
      const kept = unchanged(item);
      if (!kept) return false;
      attend(kept, undefined);
      kept.parked = reason;
      parkedAt.set(JSON.stringify(item.target), item.attentionAt);
      kept.sweepAttempts = 0;
      return true;
    },

    async parked(limit) {
      return targets()
        .flatMap((target) => {
          const reason = find(target)?.parked;
          return reason === undefined || target.kind === 'group' ? [] : [{ target, reason }];
        })
        .sort((one, other) => parkedSince(other.target) - parkedSince(one.target))
        .slice(0, limit);
    },
  };
}

function duesOf(kept: Kept, world: MemoryWorld, target: AttentionTarget): Dues {
  if (target.kind !== 'group') return { ...kept.dues };
  const intents = world.groups.get(target.fingerprint)?.intents ?? {};
  return Object.keys(intents).length > 0 && kept.attentionAt !== undefined ? { settle: kept.attentionAt } : {};
}
