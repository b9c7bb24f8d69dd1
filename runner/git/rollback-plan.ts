import { z } from 'zod';
import { hashOfJson } from '../hash.ts';
import { Entry } from './entry.ts';
import { GitRefusal } from './git-refusal.ts';
import { TreePath } from './tree-path.ts';

/** What the failed work did to a path; the rollback does the reverse. `renamed`: the bytes of `renamedFrom`, at a new path. */
const ChangeKind = z.enum(['added', 'deleted', 'modified', 'mode', 'type-changed', 'renamed']);
export type ChangeKind = z.infer<typeof ChangeKind>;

const PlannedChange = z.object({
  path: TreePath,
  kind: ChangeKind,
  renamedFrom: z.string().optional(),
  /** What is there now, and what the checkpoint has; null for nothing. The ids are those of the raw bytes. */
  now: Entry.nullable(),
  target: Entry.nullable(),
});
export type PlannedChange = z.infer<typeof PlannedChange>;

const Conflict = z.object({
  path: z.string(),
  because: z.enum([
    'changed-after-failure',
    'submodule-changed',
    'inside-inner-repository',
    'blocked-by-file',
    'folder-holds-other-files',
    'out-of-reach',
  ]),
  /** The other path that is in the way, where there is one. */
  other: z.string().optional(),
});
export type Conflict = z.infer<typeof Conflict>;

const LeftAlone = z.object({
  path: z.string(),
  because: z.enum(['not-owned', 'ignored-at-checkpoint', 'inner-repository', 'work-queue', 'runners-own']),
});
type LeftAlone = z.infer<typeof LeftAlone>;

/** A folder (or file) whose contents no recovery takes back in time, whoever changed them. */
export interface LeftFolder {
  path: string;
  because: Extract<LeftAlone['because'], 'work-queue' | 'runners-own'>;
}

/** Everything a rollback would do, as plain JSON: it can be shown, journalled, approved by its hash, and carried out later. */
export const RollbackPlan = z.object({
  schema: z.literal(1),
  workTree: z.string(),
  checkpoint: z.object({ ref: z.string(), commit: z.string(), name: z.string(), at: z.string() }),
  failedAt: z.string().nullable(),
  changes: z.array(PlannedChange),
  /** Any of these refuses the rollback. */
  conflicts: z.array(Conflict),
  /** Changed by the failed work, and as at the checkpoint again. */
  unchanged: z.array(z.string()),
  /** Changed since the checkpoint, and not this rollback's to restore. */
  leftAlone: z.array(LeftAlone),
  /** For the person who decides. */
  notes: z.array(z.string()),
  planHash: z.string(),
});
export type RollbackPlan = z.infer<typeof RollbackPlan>;

/** The same files against the same checkpoint give the same hash, whenever it is computed. */
export function hashPlan({ workTree, checkpoint, changes }: Omit<RollbackPlan, 'planHash'>): string {
  const content = changes.map(({ path, now, target }) => [path, flat(now), flat(target)]);
  return hashOfJson([workTree, checkpoint.commit, content]);
}

function flat(entry: Entry | null): unknown {
  return entry && [entry.type, 'oid' in entry ? entry.oid : null, 'mode' in entry ? entry.mode : null];
}

/** Parses what came back from a journal or a ref, and holds it to its own hash. */
export function parsePlan(value: unknown): RollbackPlan {
  const parsed = RollbackPlan.safeParse(value);
  if (!parsed.success) throw new GitRefusal('plan_altered', z.prettifyError(parsed.error));
  if (hashPlan(parsed.data) !== parsed.data.planHash) {
    throw new GitRefusal('plan_altered', 'The plan does not match its hash', { planHash: parsed.data.planHash });
  }
  return parsed.data;
}

/** Names what happened to each path; an added file with exactly the bytes of a deleted one was renamed. */
export function describeChanges(changes: readonly Pick<PlannedChange, 'path' | 'now' | 'target'>[]): PlannedChange[] {
  const deleted = new Map<string, string[]>();
  for (const { path, now, target } of changes) {
    if (now === null && target && 'oid' in target) {
      deleted.set(target.oid, [...(deleted.get(target.oid) ?? []), path]);
    }
  }
  return changes.map((change) => {
    const from =
      change.target === null && change.now && 'oid' in change.now ? deleted.get(change.now.oid)?.shift() : undefined;
    return from === undefined ? { ...change, kind: kindOf(change) } : { ...change, kind: 'renamed', renamedFrom: from };
  });
}

function kindOf({ now, target }: Pick<PlannedChange, 'now' | 'target'>): ChangeKind {
  if (target === null) return 'added';
  if (now === null) return 'deleted';
  if (now.type !== target.type) return 'type-changed';
  return 'oid' in now && 'oid' in target && now.oid === target.oid ? 'mode' : 'modified';
}
