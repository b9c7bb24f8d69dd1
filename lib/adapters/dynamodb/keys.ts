import { crc32 } from 'node:zlib';
import type { Failure } from '../../failure/failure.ts';
import type { FailureId, Fingerprint, RunId } from '../../failure/ids.ts';
import {
  FailureId as FailureIdSchema,
  Fingerprint as FingerprintSchema,
  RunId as RunIdSchema,
} from '../../failure/ids.ts';
import { type BundleId, BundleId as BundleIdSchema } from '../../noise/bundle.ts';
import type { AttentionTarget } from '../../ports.ts';
import type { Level } from '../../signal/signal.ts';
import { complexityOf } from '../../work/complexity.ts';
import {
  type WorkItem,
  type WorkItemId,
  WorkItemId as WorkItemIdSchema,
  type WorkState,
} from '../../work/work-item.ts';
import type { WorkLine } from '../../work/work-store.ts';

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
export const gatesPartition = 'GATES';
export const gateHolderKey = ({ scope, id }: { scope: string; id: string }): Key => ({
  pk: gatesPartition,
  sk: `HOLDER#${scope}#${id}`,
});
/** No scope has a `#` in it. */
export function gateHolderOf(sk: string): { scope?: string | undefined; id: string } {
  const [, scope, ...id] = sk.split('#');
  return { scope, id: id.join('#') };
}
/** Beside them, so that hosts, which write the gates, may only read it. */
export const gateRegistryKey: Key = { pk: 'REGISTRY', sk: 'GATES' };
/** One an episode. */
export const postMortemKey = (failureId: FailureId, episode: number): Key => ({
  pk: `F#${failureId}`,
  sk: `PM#${String(episode).padStart(4, '0')}`,
});
/** What people wrote of it, each version an item of its own. */
export const reportPrefix = 'REPORT#';
export const reportKey = (failureId: FailureId, version: number): Key => ({
  pk: `F#${failureId}`,
  sk: `${reportPrefix}${String(version).padStart(8, '0')}`,
});
/** How the calls to the pager went, one an episode. */
export const pageKey = (failureId: FailureId, episode: number): Key => ({
  pk: `F#${failureId}`,
  sk: `PAGE#${String(episode).padStart(4, '0')}`,
});
/** Whose turn it was last, for what happens once in a while. */
export const turnKey = (name: string): Key => ({ pk: `TURN#${name}`, sk: 'TURN' });
/** What its sandboxes share of a channel, or of the workspace: how much room it has, and its storm. */
export const channelKey = (name: string): Key => ({ pk: 'CHANNELS', sk: name });
export const mutesPartition = 'MUTES';
export const muteKey = (component: string): Key => ({ pk: mutesPartition, sk: component });
/** A component's checklists, one item each, and what its failures taught. */
export const checklistPartition = (component: string): string => `CHECK#${component}`;
export const checklistPrefix = 'LIST#';
export const checklistKey = (component: string, number: number): Key => ({
  pk: checklistPartition(component),
  sk: `${checklistPrefix}${String(number).padStart(8, '0')}`,
});
export const lessonPrefix = 'LESSON#';
export const lessonKey = (component: string, key: string): Key => ({
  pk: checklistPartition(component),
  sk: `${lessonPrefix}${key}`,
});
/** A storm or mute, and under the same partition a line for each failure in it. */
export const bundleKey = (id: BundleId): Key => ({ pk: `B#${id}`, sk: 'BUNDLE' });
export const bundleLinePrefix = 'LINE#';
export const bundleLineKey = (id: BundleId, failureId: FailureId): Key => ({
  pk: `B#${id}`,
  sk: `${bundleLinePrefix}${failureId}`,
});
export const workKey = (id: WorkItemId): Key => ({ pk: `W#${id}`, sk: 'ITEM' });
const rolesPartition = 'ROLES';
export const roleKey = (name: string): Key => ({ pk: rolesPartition, sk: name });
export const runnersPartition = 'RUNNERS';
export const runnerKey = (runner: string): Key => ({ pk: runnersPartition, sk: runner });
export const rejectedKey = (at: Date, messageId: string): Key => ({
  pk: `REJECTED#${at.toISOString().slice(0, 7)}`,
  sk: messageId,
});

// ── listing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const openPartition = (level: Level, shard: number): string => `OPEN#${level}#${shard}`;
export const donePartition = (month: string): string => `DONE#${month}`;

/** Where its state puts a failure: among the open ones, all and its component's, or among those of the month it ended. */
export function listingKeys(failure: Failure): { lpk?: string; rpk?: string } {
  // Listed and counted as the one that it is part of.
  if (failure.status === 'merged') return {};
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

/** The lines of a state, all components' or one's: lower priority first, then older. */
export const workPartition = (state: WorkState): string => `WORK#${state}`;
export const componentWorkPartition = (component: string, state: WorkState): string => `WORK#${component}#${state}`;

/** Both indexes hold keys alone, so the sort key says all that is needed to choose. */
export function workListingKeys(item: WorkItem): Record<string, string> {
  const { id, state, component, priority, createdAt, dueAt } = item;
  const { score } = complexityOf(item);
  const due = dueAt === undefined ? '' : `#${dueAt.slice(0, 10)}`;
  const sort = `${String(priority).padStart(6, '0')}#${createdAt}#${component}#${id}#${score}${due}`;
  return { lpk: workPartition(state), lsk: sort, rpk: componentWorkPartition(component, state), rsk: sort };
}

export function workLineOf(sort: string): WorkLine {
  const [priority = '', createdAt = '', component = '', id = '', score, dueOn] = sort.split('#');
  return {
    id: WorkItemIdSchema.parse(id),
    component,
    priority: Number(priority),
    createdAt,
    ...(score !== undefined && { complexity: Number(score) }),
    ...(dueOn !== undefined && { dueOn }),
  };
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

/** What was given up, until something new is due: no sweep looks here. */
export const parkedPartition = 'PARKED';
export const parkedKeys = ({ pk, sk }: Key, at: number): { apk: string; ask: string } => ({
  apk: parkedPartition,
  ask: `${attentionTime(at)}#${pk}#${sk}`,
});

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
    case 'bundle':
      return bundleKey(target.bundleId);
    default:
      return target satisfies never;
  }
}

export function parseTarget({ pk, sk }: Key): AttentionTarget {
  if (sk === 'GROUP') return { kind: 'group', fingerprint: FingerprintSchema.parse(pk.slice('FP#'.length)) };
  if (sk === 'BUNDLE') return { kind: 'bundle', bundleId: BundleIdSchema.parse(pk.slice('B#'.length)) };
  if (sk === 'ITEM') return { kind: 'work', workItemId: WorkItemIdSchema.parse(pk.slice('W#'.length)) };
  const failureId = FailureIdSchema.parse(pk.slice('F#'.length));
  if (sk === 'FAILURE') return { kind: 'failure', failureId };
  return { kind: 'run', failureId, runId: RunIdSchema.parse(sk.slice(runPrefix.length)) };
}
