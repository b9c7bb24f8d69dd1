import type { Failure } from '../failure.ts';
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

/** It stays longer than it was to. */
export function workaroundRenewed(failure: Failure, workaround: Workaround, move: Move): Failure {
  const text = `The workaround stays until ${workaround.removeBy.slice(0, 10)}, put off ${times(workaround.renewals)}`;
  return { ...failure, ...stamp(failure, move, { kind: 'workaround', text }), workaround };
}

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);
