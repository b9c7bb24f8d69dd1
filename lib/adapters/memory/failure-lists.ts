import { tallyGroups } from '../../failure/counts.ts';
import { type Failure, isEnded } from '../../failure/failure.ts';
import type { FailurePage, FailureStore } from '../../ports.ts';
import { permalinkOf } from '../../response/card-content.ts';
import type { Level } from '../../signal/signal.ts';
import { cursorFor, OpenCursor, parseCursor, ResolvedCursor } from '../page-cursor.ts';
import { monthsBetween, tallyOf } from '../tally.ts';
import { groupOf } from './signal-ledger.ts';
import { copy, type MemoryFailure, type MemoryWorld } from './world.ts';

export function memoryLists(world: MemoryWorld): Pick<FailureStore, 'listOpen' | 'listResolved' | 'findIds' | 'tally'> {
  const placeOf = (one: MemoryFailure): OpenCursor => ({ level: one.stored.failure.level, before: one.listed });
  const comesAfter = (one: OpenCursor, other: OpenCursor): number => {
    if (one.level !== other.level) return other.level - one.level;
    return one.before < other.before ? 1 : -1;
  };

  function withCount({ stored }: MemoryFailure, place: string): FailurePage['failures'][number] {
    const { failure } = stored;
    const { count, lastSeenAt = failure.openedAt } = tallyGroups(failure, (fingerprint) => {
      const group = world.groups.get(fingerprint);
      return group && groupOf(group);
    });
    return { failure: copy(failure), count, lastSeenAt, ...permalinkOf(stored), place };
  }

  return {
    async tally({ since, until, most }) {
      const months = monthsBetween(since, until);
      const open = new Map<Level, string[]>();
      const done = new Map<string, string[]>();
      for (const { stored, listed, forgotten } of world.failures.values()) {
        const { failure } = stored;
        if (forgotten) continue;
        if (failure.status === 'merged') continue;
        if (failure.status !== 'resolved') open.set(failure.level, [...(open.get(failure.level) ?? []), listed]);
        else {
          const month = failure.resolvedAt.slice(0, 7);
          if (months.includes(month)) done.set(month, [...(done.get(month) ?? []), listed]);
        }
      }
      const levels = [...open].map(([level, seen]) => ({ level, seen }));
      return tallyOf(levels, [...done.values()], { since, most });
    },

    async listOpen({ minLevel = 1, component, limit, after }) {
      const from = after === undefined ? undefined : parseCursor(OpenCursor, after);
      const sorted = [...world.failures.values()]
        .filter(({ stored: { failure } }) => !isEnded(failure) && failure.level >= minLevel)
        .filter(({ stored: { failure } }) => component === undefined || failure.component === component)
        .filter((one) => !from || (placeOf(one).before !== from.before && comesAfter(placeOf(one), from) > 0))
        .sort((one, other) => comesAfter(placeOf(one), placeOf(other)));
      const shown = sorted.slice(0, limit).map((one) => withCount(one, cursorFor(placeOf(one))));
      const last = shown.at(-1);
      return last && sorted.length > limit ? { failures: shown, next: last.place } : { failures: shown };
    },

    async listResolved({ since, until, limit, after }) {
      const from = after === undefined ? undefined : parseCursor(ResolvedCursor, after);
      const sorted = monthsBetween(since, until)
        .toReversed()
        .filter((month) => !from || month <= from.month)
        .flatMap((month) =>
          [...world.failures.values()]
            .filter(({ stored, forgotten }) => !forgotten && resolvedIn(stored.failure) === month)
            .filter(({ listed }) => from?.month !== month || listed < from.before)
            .sort((one, other) => (one.listed < other.listed ? 1 : -1))
            .map((one) => withCount(one, cursorFor({ month, before: one.listed }))),
        );
      const shown = sorted.slice(0, limit);
      const last = shown.at(-1);
      return last && sorted.length > limit ? { failures: shown, next: last.place } : { failures: shown };
    },

    async findIds(start, { since, until }) {
      const months = monthsBetween(since, until);
      const ids = [...world.failures.values()].flatMap(({ stored: { failure }, forgotten }) => {
        const isListed = !isEnded(failure) || months.includes(resolvedIn(failure) ?? '');
        return !forgotten && isListed && failure.id.startsWith(start) ? [failure.id] : [];
      });
      return { ids: ids.sort(), isMore: false };
    },
  };
}

function resolvedIn(failure: Failure): string | undefined {
  return failure.status === 'resolved' ? failure.resolvedAt.slice(0, 7) : undefined;
}
