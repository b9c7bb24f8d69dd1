import type { FailurePage, FailureStore } from '../../ports.ts';
import { componentSort } from '../dynamodb/keys.ts';
import { type Cursor, cursorFor, parseCursor } from '../page-cursor.ts';
import { copy, type MemoryFailure, type MemoryWorld } from './world.ts';

export function memoryLists(world: MemoryWorld): Pick<FailureStore, 'listOpen' | 'listDone' | 'listComponent'> {
  type Page = { limit: number; after?: string };

  function page(
    kept: MemoryFailure[],
    { limit, after }: Page,
    { sortOf, worstFirst = false }: { sortOf: (one: MemoryFailure) => string; worstFirst?: boolean },
  ): FailurePage {
    const placeOf = (one: MemoryFailure): Cursor => ({ level: one.stored.failure.level, before: sortOf(one) });
    const comesAfter = (one: Cursor, other: Cursor): number =>
      worstFirst && one.level !== other.level ? other.level - one.level : one.before < other.before ? 1 : -1;
    const from = after === undefined ? undefined : parseCursor(after);
    const sorted = kept
      .filter((one) => !from || (placeOf(one).before !== from.before && comesAfter(placeOf(one), from) > 0))
      .sort((one, other) => comesAfter(placeOf(one), placeOf(other)));
    const shown = sorted.slice(0, limit);
    const last = shown.at(-1);
    return {
      failures: shown.map(withCount),
      ...(last && sorted.length > limit ? { next: cursorFor(placeOf(last)) } : {}),
    };
  }

  function withCount({ stored: { failure } }: MemoryFailure): FailurePage['failures'][number] {
    const group = world.groups.get(failure.fingerprint);
    const mine = group?.failureId === failure.id ? group : undefined;
    return {
      failure: copy(failure),
      count: mine?.count ?? 0,
      lastSeenAt: mine?.lastSeenAt ?? mine?.createdAt ?? failure.openedAt,
    };
  }

  function all(component: string | undefined): MemoryFailure[] {
    return [...world.failures.values()].filter(
      ({ stored }) => component === undefined || stored.failure.component === component,
    );
  }

  const lastSeen = { sortOf: (one: MemoryFailure) => one.listed };

  return {
    async listOpen({ minLevel = 1, component, ...rest }) {
      const open = all(component).filter(
        ({ stored: { failure } }) => failure.status !== 'resolved' && failure.level >= minLevel,
      );
      return page(open, rest, { ...lastSeen, worstFirst: true });
    },

    async listDone({ month, component, ...rest }) {
      const done = all(component).filter(
        ({ stored: { failure } }) => failure.status === 'resolved' && failure.resolvedAt.startsWith(month),
      );
      return page(done, rest, lastSeen);
    },

    async listComponent({ component, ...rest }) {
      return page(all(component), rest, { sortOf: ({ stored }) => componentSort(stored.failure) });
    },
  };
}
