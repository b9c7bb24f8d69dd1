import { type Dues, earliestDue } from '../../attention/attention.ts';
import { VersionConflictError } from '../../errors.ts';
import type { RunStore, StoredRun } from '../../ports.ts';
import { RecoveryRun } from '../../recovery/run.ts';
import { attendedOf, dueAttribute, newlyAttended, removeAttention, setAttention } from './attended.ts';
import { asRead, type Update, update } from './expression.ts';
import { type Key, runKey, runPrefix } from './keys.ts';
import { type Item, pickPresent, type Table } from './table.ts';

/** Every attribute that any state has. A save removes those that the new state lacks. */
const runAttributes: readonly string[] = [...new Set(RecoveryRun.options.flatMap((state) => Object.keys(state.shape)))];

export function dynamoRunStore(table: Table): RunStore {
  return {
    async create(run, dues) {
      const key = runKey(run.failureId, run.id);
      if (await table.putIfAbsent({ ...key, ...run, ...newlyAttended(key, dues) })) return 'created';
      const stored = await table.get(key);
      return stored && runOf(stored).lastAction.id === run.lastAction.id ? 'created' : 'exists';
    },

    async get(failureId, runId) {
      const item = await table.get(runKey(failureId, runId));
      return item && storedRunOf(item);
    },

    async save(run, { expectedVersion, dues }) {
      const key = runKey(run.failureId, run.id);
      const item = await table.get(key);
      const stored = item && storedRunOf(item);
      if (stored && isSaved(run, stored)) return;
      if (stored?.run.version !== expectedVersion) throw new VersionConflictError(run.id, expectedVersion);
      if (await table.update(key, stateUpdate(key, run, stored, dues))) return;
      const now = await table.get(key);
      if (!now || !isSaved(run, storedRunOf(now))) throw new VersionConflictError(run.id, expectedVersion);
    },

    async list(failureId) {
      const runs: RecoveryRun[] = [];
      const { pk } = runKey(failureId, '' as RecoveryRun['id']);
      for await (const item of table.query({ partition: pk, prefix: runPrefix })) runs.push(runOf(item));
      return runs;
    },
  };
}

function runOf(item: Item): RecoveryRun {
  return RecoveryRun.parse(pickPresent(item, runAttributes));
}

function storedRunOf(item: Item): StoredRun {
  return { run: runOf(item), ...attendedOf(item) };
}

function isSaved(run: RecoveryRun, { run: stored }: StoredRun): boolean {
  return stored.version === run.version && stored.lastAction.id === run.lastAction.id;
}

/** Only this write adds dues to a run, and it is refused when another was first: so they are replaced as a whole. */
function stateUpdate(key: Key, run: RecoveryRun, stored: StoredRun, dues: Dues): Update {
  const draft = update().when(asRead('version', stored.run.version)).add('rev', 1).set('sweepAttempts', 0);
  draft.remove('parked');
  const after: Item = { ...run };
  for (const [kind, at] of Object.entries(dues)) after[dueAttribute(kind)] = at;
  for (const [name, value] of Object.entries(after)) {
    if (value !== undefined) draft.set(name, value);
  }
  const before = [...runAttributes, ...Object.keys(stored.dues).map(dueAttribute)];
  draft.remove(...before.filter((name) => after[name] === undefined));
  const earliest = earliestDue(dues);
  if (earliest === undefined) removeAttention(draft);
  else setAttention(draft, key, earliest);
  return draft;
}
