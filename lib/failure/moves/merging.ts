import type { Level } from '../../signal/signal.ts';
import { type Absorbed, levelFrom, mostAbsorbed, mostGroups } from '../absorbed.ts';
import { type Failure, gravestLevel } from '../failure.ts';
import type { FailureId } from '../ids.ts';
import type { Transition } from '../transition.ts';
import { openNext } from './by-signals.ts';
import { type Move, stamp, unchanged } from './move.ts';

/**
 * Merge and Split. The truth is one pointer, on the younger failure: merged into which. Its groups keep pointing at it and its
 * counts stay with it, so nothing is copied and nothing need be moved back. What the older one says of it (`absorbed`) follows.
 */

/** The younger one stands still from now on; how it stood is kept. */
export function mergeInto(failure: Failure, move: Move & { into: FailureId }): Transition {
  if (failure.workaround) return unchanged(failure, 'has-workaround');
  switch (failure.status) {
    case 'recovering':
      return unchanged(failure, 'recovering');
    case 'merged':
      return unchanged(failure, 'merged');
    case 'open':
      return merged(failure, move, { status: 'open' });
    case 'acknowledged': {
      const { acknowledgedBy, acknowledgedAt, ...rest } = failure;
      return merged(rest, move, { status: 'acknowledged', acknowledgedBy, acknowledgedAt });
    }
    case 'resolved': {
      const { acknowledgedBy, acknowledgedAt, resolvedBy, resolvedAt, how, runId, ...rest } = failure;
      return merged(rest, move, {
        status: 'resolved',
        resolvedBy,
        resolvedAt,
        how,
        ...(acknowledgedBy && { acknowledgedBy }),
        ...(acknowledgedAt && { acknowledgedAt }),
        ...(runId && { runId }),
      });
    }
    default:
      return failure satisfies never;
  }
}

type Standing = Exclude<Failure, { status: 'recovering' | 'merged' }>;
type Merged = Extract<Failure, { status: 'merged' }>;

function merged(rest: Omit<Standing, 'status'>, move: Move & { into: FailureId }, was: Merged['was']): Transition {
  return {
    kind: 'moved',
    failure: {
      ...rest,
      ...stamp(rest, move, { kind: 'merged', text: `Merged into ${move.into}: it is the same failure` }),
      ...together(rest, move.into),
      status: 'merged',
      mergedInto: move.into,
      mergedBy: move.by,
      mergedAt: move.at.toISOString(),
      was,
    },
  };
}

/** It is a failure of its own again, as it stood before; that the two are not one is remembered. */
export function splitOff(failure: Failure, move: Move): Transition {
  return aloneAgain(failure, move, 'not the same failure');
}

/** What it was merged into is not kept any more, so it has to stand for itself. */
export function breakOff(failure: Failure, move: Move & { from: FailureId }): Transition {
  if (failure.status === 'merged' && failure.mergedInto !== move.from) return unchanged(failure, 'merged');
  return aloneAgain(failure, move, `${move.from} is not kept any more`);
}

function aloneAgain(failure: Failure, move: Move, because: string): Transition {
  if (failure.status !== 'merged') return unchanged(failure, 'not-merged');
  const { mergedInto, mergedBy: _by, mergedAt: _at, was, ...rest } = failure;
  return {
    kind: 'moved',
    failure: {
      ...rest,
      ...was,
      ...stamp(failure, move, {
        kind: 'split',
        text: `Split off from ${mergedInto}: ${because}. It is ${was.status} again, as it was`,
      }),
      apartFrom: apart(failure, mergedInto),
    },
  };
}

/** Who merges two says that they are one after all. */
function together({ apartFrom = [] }: Pick<Failure, 'apartFrom'>, other: FailureId): Pick<Failure, 'apartFrom'> {
  return apartFrom.length === 0 ? {} : { apartFrom: apartFrom.filter((id) => id !== other) };
}

function apart({ apartFrom = [] }: Failure, other: FailureId): FailureId[] {
  return [...apartFrom.filter((id) => id !== other), other].slice(-mostAbsorbed);
}

/**
 * The older one takes the younger in, and is then at least as bad, and as taken, as that was: what was open opens it again.
 * Unchanged when it says all that already.
 */
export function absorb(failure: Failure, move: Move & { younger: Merged }): Transition {
  const { younger } = move;
  const { absorbed = [] } = failure;
  const known = absorbed.find(({ failureId }) => failureId === younger.id);
  const groups = groupsOf(younger);
  if (known && JSON.stringify(known.groups) === JSON.stringify(groups)) return unchanged(failure, 'merged');
  const entry: Absorbed = {
    failureId: younger.id,
    title: younger.title,
    groups,
    by: younger.mergedBy,
    at: younger.mergedAt,
  };
  if (known) {
    const list = absorbed.map((one) => (one.failureId === younger.id ? { ...one, ...entry } : one));
    const text = `What is merged into ${younger.id} changed`;
    const said = stamp(failure, move, { kind: 'merged-in', text, isQuiet: true });
    return { kind: 'moved', failure: { ...failure, ...said, absorbed: list } };
  }
  if (absorbed.length >= mostAbsorbed) return unchanged(failure, 'too-many-merged');
  const next = asBadAs(failure, move);
  const raised = next.level > failure.level && { raised: { from: failure.level, to: next.level } };
  return {
    kind: 'moved',
    failure: { ...next, ...together(failure, younger.id), absorbed: [...absorbed, { ...entry, ...raised }] },
  };
}

/** Its own group, and those of what is merged into it. */
export function groupsOf({ id, fingerprint, absorbed = [] }: Failure): Absorbed['groups'] {
  return [{ failureId: id, fingerprint }, ...absorbed.flatMap(({ groups }) => groups)].slice(0, mostGroups);
}

/** One that is itself part of another only lists it: what counts is what that one says. */
function asBadAs(failure: Failure, move: Move & { younger: Merged }): Failure {
  const { id, title, level, was, report, levelReasons } = move.younger;
  const text = `${id} is the same failure and counts here from now on: ${title}`;
  if (failure.status === 'merged') return { ...failure, ...stamp(failure, move, { kind: 'merged-in', text }) };
  if (was.status === 'resolved') return { ...failure, ...stamp(failure, move, { kind: 'merged-in', text }) };
  const worst = gravestOf(failure, move.younger);
  // The younger one is open: that is no echo of the older one's resolution, however short ago it was.
  const next = { ...move, occurredAt: move.at, level, levelReasons, report };
  const again = failure.status === 'resolved' ? openNext(failure, next) : undefined;
  const levelAt = move.at.toISOString();
  if (again?.kind === 'moved') {
    const { latestEntry, episode } = again.failure;
    const said = { ...latestEntry, text: `${text}. It is open, so episode ${episode} begins` };
    return asTaken({ ...again.failure, levelAt, latestEntry: said, ...(worst > level && { worstLevel: worst }) }, was);
  }
  const isWorse = level > failure.level;
  const changed = isWorse && { before: { level: failure.level }, after: { level } };
  // A person merged them: the level is no longer the word of a source that may start something by itself.
  const { levelSource: _source, ...rest } = failure;
  const standing = {
    ...(isWorse ? rest : failure),
    ...stamp(failure, move, { kind: 'merged-in', text, ...changed }),
    ...(isWorse && { level, levelReasons, levelAt }),
    ...(worst > Math.max(level, failure.level) && { worstLevel: worst }),
  };
  return asTaken(standing as Failure, was);
}

/** Whoever has the younger one has both. */
function asTaken(standing: Failure, was: Merged['was']): Failure {
  if (standing.status !== 'open' || was.status !== 'acknowledged') return standing;
  const { acknowledgedBy, acknowledgedAt } = was;
  return { ...standing, status: 'acknowledged', acknowledgedBy, acknowledgedAt };
}

/** Nobody makes a recovery easier by merging: the worst that either was decides who must approve. */
function gravestOf(older: Failure, younger: Failure): Level {
  const [ours, theirs] = [older.status === 'resolved' ? 1 : gravestLevel(older), gravestLevel(younger)];
  return ours > theirs ? ours : theirs;
}

/** The older one no longer speaks for what was split off. Its level and state stay: people say when that is over. */
export function release(failure: Failure, move: Move & { younger: Pick<Failure, 'id' | 'title'> }): Transition {
  const { absorbed = [] } = failure;
  const { id, title } = move.younger;
  if (!absorbed.some(({ failureId }) => failureId === id)) return unchanged(failure, 'not-merged');
  const had = levelFrom(failure, id);
  const level = had
    ? `. Its level stays ${had.to}, which came from there: before, it was ${had.from}. If that is enough again, re-grade it`
    : '';
  return {
    kind: 'moved',
    failure: {
      ...failure,
      ...stamp(failure, move, { kind: 'split-off', text: `${id} is not this failure after all: ${title}${level}` }),
      absorbed: absorbed.filter(({ failureId }) => failureId !== id),
      apartFrom: apart(failure, id),
    },
  };
}
