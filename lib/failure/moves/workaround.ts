import type { Failure } from '../failure.ts';
import type { RunId } from '../ids.ts';
import type { Workaround } from '../workaround.ts';
import { type Move, stamp } from './move.ts';

/** A workaround stands from now on: debt, with a date. */
export function workedAround(failure: Failure, workaround: Workaround, move: Move): Failure {
  const until = workaround.removeBy.slice(0, 10);
  const text = `Workaround until ${until}: ${workaround.text}`;
  return { ...failure, ...stamp(failure, move, { kind: 'workaround', text }), workaround };
}

/** It is gone, or never came to be. */
export function workaroundRemoved(failure: Failure, text: string, move: Move): Failure {
  const { workaround, ...rest } = failure;
  const { by, owner, removeBy, renewals } = workaround ?? {};
  const earlier = workaround ? { earlierWorkaround: { by, owner, removeBy, renewals } } : {};
  return { ...rest, ...earlier, ...stamp(failure, move, { kind: 'workaround-removed', text }) } as Failure;
}

/** The move that was just made may have taken it away. Said in that move's own line. */
export function workaroundDoubted(failure: Failure, mayBeGone: RunId): Failure {
  const { workaround, latestEntry } = failure;
  if (!workaround) return failure;
  const text = `${latestEntry.text.replace(/\.$/, '')}. It may have taken the workaround away with it`;
  return { ...failure, workaround: { ...workaround, mayBeGone }, latestEntry: { ...latestEntry, text } };
}

/** The recovery that was lost is back, and had touched nothing. */
export function workaroundTrusted(failure: Failure, runId: RunId, move: Move): Failure {
  if (failure.workaround?.mayBeGone !== runId) return failure;
  const { mayBeGone: _known, ...workaround } = failure.workaround;
  const text = 'The workaround stands: the recovery that was lost had touched nothing';
  return { ...failure, ...stamp(failure, move, { kind: 'workaround', text }), workaround };
}

/** It stays longer than it was to: whoever says so knows that it stands. */
export function workaroundRenewed(failure: Failure, renewed: Workaround, move: Move): Failure {
  const { mayBeGone: _known, ...workaround } = renewed;
  const text = `The workaround stays until ${workaround.removeBy.slice(0, 10)}, put off ${times(workaround.renewals)}`;
  return { ...failure, ...stamp(failure, move, { kind: 'workaround', text }), workaround };
}

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);
