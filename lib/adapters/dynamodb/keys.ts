import { crc32 } from 'node:zlib';
import type { Failure, FailureId, Fingerprint, RunId } from '../../failure/failure.ts';
import {
  FailureId as FailureIdSchema,
  Fingerprint as FingerprintSchema,
  RunId as RunIdSchema,
} from '../../failure/failure.ts';
import type { AttentionTarget } from '../../ports.ts';
import type { Level } from '../../signal/signal.ts';
import { type WorkItemId, WorkItemId as WorkItemIdSchema } from '../../work/work-item.ts';

/** Every key of the one table. */
export interface Key {
  pk: string;
  sk: string;
}

export const attentionShards = 8;
export const listingShards = 4;

/** `key` as signalKey() makes it. */
export const signalItemKey = (key: string): Key => ({ pk: `S#${key}`, sk: 'SIGNAL' });
export const groupKey = (fingerprint: Fingerprint): Key => ({ pk: `FP#${fingerprint}`, sk: 'GROUP' });
export const failureKey = (id: FailureId): Key => ({ pk: `F#${id}`, sk: 'FAILURE' });
export const logPrefix = 'LOG#';
export const logKey = (id: FailureId, version: number): Key => ({
  pk: `F#${id}`,
  sk: `${logPrefix}${String(version).padStart(8, '0')}`,
});
export const runPrefix = 'RUN#';
export const runKey = (failureId: FailureId, runId: RunId): Key => ({
  pk: `F#${failureId}`,
  sk: `${runPrefix}${runId}`,
});
export const workKey = (id: WorkItemId): Key => ({ pk: `W#${id}`, sk: 'ITEM' });
export const rejectedKey = (at: Date, messageId: string): Key => ({
  pk: `REJECTED#${at.toISOString().slice(0, 7)}`,
  sk: messageId,
});

// ── listing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const openPartition = (level: Level, shard: number): string => `OPEN#${level}#${shard}`;
export const donePartition = (month: string): string => `DONE#${month}`;

/** Where its state puts a failure: among the open ones, all and its component's, or among those of the month it ended. */
export function listingKeys(failure: Failure): { lpk: string; rpk?: string } {
  if (failure.status === 'resolved') return { lpk: donePartition(failure.resolvedAt.slice(0, 7)) };
  const { id, level, component } = failure;
  return { lpk: openPartition(level, crc32(id) % listingShards), rpk: componentPartition(component, level) };
}

/** Where it stands there. */
export function seenKeys(lastSeenAt: string, id: FailureId): { lsk: string; rsk: string } {
  const sort = listingSort(lastSeenAt, id);
  return { lsk: sort, rsk: sort };
}

/** Last seen in buckets of five minutes, so that a signal seldom moves the item in the index. */
export function listingSort(lastSeenAt: string, id: FailureId): string {
  const bucketMs = 5 * 60_000;
  return `${new Date(Math.floor(Date.parse(lastSeenAt) / bucketMs) * bucketMs).toISOString()}#${id}`;
}

// ── related ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is open of a component, by level like `listing`; resolved failures are not in this index. */
export const componentPartition = (component: string, level: Level): string => `C#${component}#${level}`;

// ── attention ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const attentionPartition = (shard: number): string => `A#${shard}`;
/** Padded, so that times sort as text; a sort key that begins with a later time is greater. */
export const attentionTime = (at: number): string => String(Math.max(0, Math.ceil(at))).padStart(14, '0');
export function attentionKeys({ pk, sk }: Key, at: number): { apk: string; ask: string } {
  return { apk: attentionPartition(crc32(pk) % attentionShards), ask: `${attentionTime(at)}#${pk}#${sk}` };
}

export function targetKey(target: AttentionTarget): Key {
  switch (target.kind) {
    case 'failure':
      return failureKey(target.failureId);
    case 'run':
      return runKey(target.failureId, target.runId);
    case 'group':
      return groupKey(target.fingerprint);
    case 'work':
      return workKey(target.workItemId);
    default:
      return target satisfies never;
  }
}

export function parseTarget({ pk, sk }: Key): AttentionTarget {
  if (sk === 'GROUP') return { kind: 'group', fingerprint: FingerprintSchema.parse(pk.slice('FP#'.length)) };
  if (sk === 'ITEM') return { kind: 'work', workItemId: WorkItemIdSchema.parse(pk.slice('W#'.length)) };
  const failureId = FailureIdSchema.parse(pk.slice('F#'.length));
  if (sk === 'FAILURE') return { kind: 'failure', failureId };
  return { kind: 'run', failureId, runId: RunIdSchema.parse(sk.slice(runPrefix.length)) };
}
