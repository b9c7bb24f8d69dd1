import { earliestDue } from '../../attention/attention.ts';
import { FailureNotFoundError, VersionConflictError } from '../../errors.ts';
import { Failure, isEnded } from '../../failure/failure.ts';
import type { FailureId } from '../../failure/ids.ts';
import type { FailureStore } from '../../ports.ts';
import { listingSort } from '../dynamodb/keys.ts';
import { blankCard, isForgotten } from '../remembered-cards.ts';
import { addDues, attend, clearDues, newlyAttended } from './attended.ts';
import { memoryLists } from './failure-lists.ts';
import { copy, type MemoryFailure, type MemoryWorld, memoryWorld } from './world.ts';

export function memoryFailureStore(world: MemoryWorld = memoryWorld()): FailureStore {
  function found(id: FailureId): MemoryFailure | undefined {
    const kept = world.failures.get(id);
    return kept?.forgotten ? undefined : kept;
  }

  function read(id: FailureId): MemoryFailure {
    const kept = found(id);
    if (!kept) throw new FailureNotFoundError(id);
    return kept;
  }

  return {
    ...memoryLists(world),

    async open(failure, dues) {
      const kept = world.failures.get(failure.id);
      if (kept?.forgotten) return 'forgotten';
      if (kept) return isSaved(failure, kept.stored.failure) ? 'opened' : 'exists';
      world.failures.set(failure.id, {
        stored: { failure: copy(failure), cards: {}, ...newlyAttended(dues) },
        listed: listingSort(failure.openedAt, failure.id),
        log: new Map([[failure.latestEntry.version, copy(failure.latestEntry)]]),
      });
      return 'opened';
    },

    async get(id) {
      const kept = found(id);
      return kept && copy(kept.stored);
    },

    async saveState(failure, { expectedVersion, dues = {} }) {
      Failure.parse(failure);
      const kept = read(failure.id);
      const { failure: was } = kept.stored;
      if (isSaved(failure, was) && was.version === failure.version) return;
      if (was.version !== expectedVersion) throw new VersionConflictError(failure.id, expectedVersion);
      const opensEpisode = failure.episode !== was.episode;
      kept.stored.failure = copy(opensEpisode ? failure : { ...failure, similar: was.similar });
      if (opensEpisode) {
        kept.listed = listingSort(failure.openedAt, failure.id);
        for (const [key, card] of Object.entries(kept.stored.cards)) {
          if (isForgotten(failure, card)) delete kept.stored.cards[key];
        }
      }
      kept.log.set(failure.latestEntry.version, copy(failure.latestEntry));
      if (Object.keys(dues).length > 0) addDues(kept.stored, dues);
    },

    async addDue(id, kind, at, { onlyIfAbsent = false } = {}) {
      const { stored } = read(id);
      if (onlyIfAbsent && stored.dues[kind] !== undefined && stored.parked === undefined) return false;
      addDues(stored, { [kind]: at });
      return true;
    },

    async postpone(id, kind, { from, until, rev }) {
      const { stored } = read(id);
      if (stored.rev !== rev || stored.dues[kind] !== from || stored.parked !== undefined) return false;
      stored.dues[kind] = until;
      attend(stored, earliestDue(stored.dues));
      return true;
    },

    async clearDues(id, kinds, rev, { instead = {} } = {}) {
      const { stored } = read(id);
      if (stored.rev !== rev) return false;
      clearDues(stored, kinds, instead);
      return true;
    },

    async forget(id, { version }) {
      const kept = world.failures.get(id);
      if (!kept || kept.forgotten) return kept !== undefined;
      const { failure, dues } = kept.stored;
      if (failure.version !== version || !isEnded(failure) || dues.forget === undefined) return false;
      kept.forgotten = true;
      kept.stored.rev += 1;
      return true;
    },

    async forgotten(id) {
      const kept = world.failures.get(id);
      if (!kept?.forgotten) return undefined;
      const { fingerprint, absorbed = [] } = kept.stored.failure;
      return { fingerprint, parts: absorbed.map(({ failureId }) => failureId) };
    },

    async erase(id) {
      if (!world.failures.get(id)?.forgotten) return;
      for (const [name, { run }] of world.runs) if (run.failureId === id) world.runs.delete(name);
      for (const kept of [world.postMortems, world.pages, world.reports]) {
        for (const [name, { failureId }] of kept) if (failureId === id) kept.delete(name);
      }
      world.failures.delete(id);
    },

    async timeline(id) {
      const entries = [...(found(id)?.log.values() ?? [])];
      return copy(entries.sort((one, other) => one.version - other.version));
    },

    async leaseCard(id, key, { holder, until, now }) {
      const { stored } = read(id);
      const card = stored.cards[key] ?? blankCard(key);
      if (card.lease && card.lease.until > now && card.lease.holder !== holder) return undefined;
      stored.cards[key] = { ...card, lease: { holder, until } };
      return copy(stored);
    },

    async saveCard(id, key, card, { holder, lastSeenAt }) {
      const kept = world.failures.get(id);
      const held = kept?.stored.cards[key];
      if (!kept || !held) return false;
      // Its own success, repeated after it had released the lease.
      if (held.lease?.holder !== holder) return !card.lease && !held.lease && same(held, card);
      kept.stored.cards[key] = copy(card);
      if (lastSeenAt !== undefined) kept.listed = listingSort(lastSeenAt, id);
      return true;
    },

    async saveSimilar(id, similar) {
      const { stored } = read(id);
      stored.failure = { ...stored.failure, similar: copy(similar) };
      addDues(stored, { show: 0 });
    },
  };
}

function isSaved(failure: Failure, stored: Failure): boolean {
  return stored.lastAction.id === failure.lastAction.id;
}

function same(one: object, other: object): boolean {
  const sorted = (value: object) => JSON.stringify(Object.entries(copy(value)).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
