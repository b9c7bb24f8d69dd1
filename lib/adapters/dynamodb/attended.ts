import { type Dues, earliestDue } from '../../attention/attention.ts';
import { absent, asRead, compare, either, exists, type Update } from './expression.ts';
import { attentionKeys, type Key } from './keys.ts';
import type { Item } from './table.ts';

/** What stands beside a failure's or a run's state: its dues, and when the sweep must look. */
export interface Attended {
  dues: Dues;
  attentionAt?: number;
  rev: number;
  sweepAttempts: number;
  parked?: string;
}

const duePrefix = 'd#';
export const dueAttribute = (kind: string): string => `${duePrefix}${kind}`;

export function attendedOf(item: Item): Attended {
  const dues: Record<string, number> = {};
  // Kinds that only a newer deployment knows are kept, so that the earliest stays the earliest while both run.
  for (const [attribute, at] of Object.entries(item)) {
    if (attribute.startsWith(duePrefix)) dues[attribute.slice(duePrefix.length)] = Number(at);
  }
  return {
    dues: dues as Dues,
    ...(typeof item.attentionAt === 'number' ? { attentionAt: item.attentionAt } : {}),
    rev: Number(item.rev ?? 0),
    sweepAttempts: Number(item.sweepAttempts ?? 0),
    ...(typeof item.parked === 'string' ? { parked: item.parked } : {}),
  };
}

/** The attributes of a new item with these dues. */
export function newlyAttended(key: Key, dues: Dues): Item {
  const earliest = earliestDue(dues);
  return {
    ...Object.fromEntries(Object.entries(dues).map(([kind, at]) => [dueAttribute(kind), at])),
    rev: 1,
    sweepAttempts: 0,
    ...(earliest === undefined ? {} : { attentionAt: earliest, ...attentionKeys(key, earliest) }),
  };
}

/** Index keys stand and fall with attentionAt. */
export function setAttention(draft: Update, key: Key, at: number): void {
  const { apk, ask } = attentionKeys(key, at);
  draft.set('attentionAt', at).set('apk', apk).set('ask', ask);
}

export function removeAttention(draft: Update): void {
  draft.remove('attentionAt', 'apk', 'ask');
}

/**
 * Moves attention to `at` unless it stands earlier. DynamoDB has no min(), so the write has two arms, chosen by what was
 * read: when attention moved across `at` meanwhile the write is refused, and the caller reads again.
 */
export function attendBy(draft: Update, key: Key, at: number, readAt: number | undefined): void {
  if (readAt !== undefined && readAt > at) {
    draft.when(compare('attentionAt', '>', at));
    setAttention(draft, key, at);
    return;
  }
  const { apk, ask } = attentionKeys(key, at);
  draft.when(either(absent('attentionAt'), compare('attentionAt', '<=', at)));
  draft.setIfAbsent('attentionAt', at).setIfAbsent('apk', apk).setIfAbsent('ask', ask);
}

/**
 * Adds dues: an earlier one of the same kind stays. `rev` moves even then, because whoever is about to clear that due has
 * not seen what this one is for.
 */
export function addDues(draft: Update, key: Key, stored: Attended, dues: Dues): void {
  draft.add('rev', 1);
  const after: Record<string, number> = { ...stored.dues };
  const moved: number[] = [];
  for (const [kind, at] of Object.entries(dues)) {
    const due = dueAttribute(kind);
    const stands = after[kind];
    if (stands === undefined || stands > at) {
      draft.set(due, at).when(either(absent(due), compare(due, '>', at)));
      after[kind] = at;
      moved.push(at);
    } else {
      draft.when(compare(due, '<=', at));
    }
  }
  if (stored.parked !== undefined) {
    // Back into the index, for everything that still stands: an exact write, as nobody else touches a parked item often.
    draft.when(asRead('rev', stored.rev), exists('parked')).remove('parked').set('sweepAttempts', 0);
    const earliest = earliestDue(after);
    if (earliest !== undefined) setAttention(draft, key, earliest);
    return;
  }
  draft.when(absent('parked'));
  if (moved.length === 0) return;
  draft.set('sweepAttempts', 0);
  attendBy(draft, key, Math.min(...moved), stored.attentionAt);
}

/** Takes dues away, and sets others; conditional on `rev`, so that what was added meanwhile is not lost. */
export function clearDues(draft: Update, key: Key, stored: Attended, kinds: string[], instead: Dues): void {
  const kept = Object.entries(stored.dues).filter(([kind]) => !kinds.includes(kind));
  const left: Dues = { ...Object.fromEntries(kept), ...instead };
  const earliest = earliestDue(left);
  draft
    .remove(...kinds.filter((kind) => !(kind in instead)).map(dueAttribute), 'parked')
    .set('sweepAttempts', 0)
    .when(asRead('rev', stored.rev));
  for (const [kind, at] of Object.entries(instead)) draft.set(dueAttribute(kind), at);
  if (earliest === undefined) removeAttention(draft);
  else setAttention(draft, key, earliest);
}
