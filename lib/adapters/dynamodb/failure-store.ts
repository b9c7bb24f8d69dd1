import { earliestDue } from '../../attention/attention.ts';
import { FailureNotFoundError, VersionConflictError } from '../../errors.ts';
import { Failure } from '../../failure/failure.ts';
import type { FailureId } from '../../failure/ids.ts';
import { TimelineEntry } from '../../failure/timeline-entry.ts';
import type { FailureStore } from '../../ports.ts';
import { addDues, attendedOf, clearDues, dueAttribute, newlyAttended, setAttention } from './attended.ts';
import { absent, asRead, type Update, update } from './expression.ts';
import { failureCards } from './failure-cards.ts';
import { failureAttributes, failureOf, forgottenCards, storedFailureOf } from './failure-item.ts';
import { failureLists } from './failure-lists.ts';
import { forgetting, isForgotten, isThere } from './forgetting.ts';
import { failureKey, listingKeys, logKey, logPrefix, seenKeys } from './keys.ts';
import type { Item, Table } from './table.ts';

export function dynamoFailureStore(table: Table): FailureStore {
  async function read(id: FailureId): Promise<Item> {
    const item = await table.get(failureKey(id));
    if (!item || isForgotten(item)) throw new FailureNotFoundError(id);
    return item;
  }

  /** Drafts from what is stored and writes; when the write is refused, reads and drafts anew. False: no draft, no write. */
  async function change(id: FailureId, draft: (stored: Item) => Update | undefined): Promise<boolean> {
    for (;;) {
      const drafted = draft(await read(id));
      if (!drafted) return false;
      if (await table.update(failureKey(id), drafted)) return true;
    }
  }

  async function keepEntry(id: FailureId, entry: TimelineEntry): Promise<void> {
    await table.putIfAbsent({ ...logKey(id, entry.version), schema: 1, entry });
  }

  return {
    ...failureCards(table),
    ...failureLists(table),
    ...forgetting(table),

    async open(failure, dues) {
      const key = failureKey(failure.id);
      const isNew = await table.putIfAbsent({
        ...key,
        ...failure,
        ...listingKeys(failure),
        ...seenKeys(failure.openedAt, failure.id),
        ...newlyAttended(key, dues),
      });
      if (!isNew) {
        const stored = await table.get(key);
        if (stored && isForgotten(stored)) return 'forgotten';
        if (!stored || failureOf(stored).lastAction.id !== failure.lastAction.id) return 'exists';
      }
      await keepEntry(failure.id, failure.latestEntry);
      return 'opened';
    },

    async get(id) {
      const item = await table.get(failureKey(id));
      return item && !isForgotten(item) ? storedFailureOf(item) : undefined;
    },

    async saveState(failure, { expectedVersion, dues = {} }) {
      // What a read would refuse is never written.
      Failure.parse(failure);
      const { id } = failure;
      for (;;) {
        const item = await read(id);
        const stored = failureOf(item);
        if (stored.lastAction.id === failure.lastAction.id && stored.version === failure.version) break;
        if (stored.version !== expectedVersion) throw new VersionConflictError(id, expectedVersion);
        // The entry that only the failure holds is written before this save replaces it.
        await keepEntry(id, stored.latestEntry);
        if (await table.update(failureKey(id), stateUpdate(failure, stored, item, dues))) break;
      }
      await keepEntry(id, failure.latestEntry);
    },

    async addDue(id, kind, at, { onlyIfAbsent = false } = {}) {
      return await change(id, (item) => {
        const stored = attendedOf(item);
        const stands = stored.dues[kind] !== undefined;
        // A storm finds it standing with every signal: no write, so that whoever shows the count gets to its end.
        if (onlyIfAbsent && stands && stored.parked === undefined) return undefined;
        const draft = update().when(isThere);
        addDues(draft, failureKey(id), stored, { [kind]: at });
        return draft;
      });
    },

    async postpone(id, kind, { from, until, rev }) {
      const key = failureKey(id);
      const stored = attendedOf(await read(id));
      if (stored.dues[kind] !== from) return false;
      const due = dueAttribute(kind);
      const draft = update()
        .when(asRead('rev', rev), asRead(due, from), asRead('attentionAt', stored.attentionAt), absent('parked'))
        .set(due, until);
      setAttention(draft, key, earliestDue({ ...stored.dues, [kind]: until }) ?? until);
      return (await table.update(key, draft)) !== undefined;
    },

    async clearDues(id, kinds, rev, { instead = {} } = {}) {
      const stored = attendedOf(await read(id));
      if (stored.rev !== rev) return false;
      const draft = update();
      clearDues(draft, failureKey(id), stored, kinds, instead);
      return (await table.update(failureKey(id), draft)) !== undefined;
    },

    async timeline(id) {
      const entries: TimelineEntry[] = [];
      for await (const item of table.query({ partition: failureKey(id).pk, prefix: logPrefix })) {
        entries.push(TimelineEntry.parse(item.entry));
      }
      // Read last, so that an entry written between the two reads is in one of them.
      const item = await table.get(failureKey(id));
      const latest = item && !isForgotten(item) ? failureOf(item).latestEntry : undefined;
      if (latest && !entries.some(({ version }) => version === latest.version)) entries.push(latest);
      return entries;
    },

    async saveSimilar(id, similar) {
      await change(id, (stored) => {
        const draft = update().when(isThere).set('similar', similar);
        addDues(draft, failureKey(id), attendedOf(stored), { show: 0 });
        return draft;
      });
    },
  };
}

/** Its own attributes only: cards, dues and what memory found are written by others at the same time. */
function stateUpdate(failure: Failure, stored: Failure, item: Item, dues: Parameters<FailureStore['open']>[1]): Update {
  const draft = update().when(asRead('version', stored.version));
  const opensEpisode = failure.episode !== stored.episode;
  const state: Item = { ...failure, ...listingKeys(failure) };
  if (opensEpisode) Object.assign(state, seenKeys(failure.openedAt, failure.id));
  else delete state.similar;
  for (const [name, value] of Object.entries(state)) {
    if (value !== undefined) draft.set(name, value);
  }
  const before = [...failureAttributes, 'lpk', 'rpk'];
  draft.remove(...before.filter((name) => state[name] === undefined && name !== 'similar'));
  if (opensEpisode) draft.remove(...forgottenCards(item, failure));
  if (Object.keys(dues).length > 0) addDues(draft, failureKey(failure.id), attendedOf(item), dues);
  return draft;
}
