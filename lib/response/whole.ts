import type { Failure } from '../failure/failure.ts';
import type { FailureStore } from '../ports.ts';
import { permalinkOf } from './card-content.ts';

/** Where the card of the failure is that this one is part of; undefined when it stands for itself, or that one has no card. */
export async function permalinkOfWhole(
  { failures }: { failures: Pick<FailureStore, 'get'> },
  failure: Failure,
): Promise<string | undefined> {
  if (failure.status !== 'merged') return undefined;
  const whole = await failures.get(failure.mergedInto);
  return whole && permalinkOf(whole).permalink;
}
