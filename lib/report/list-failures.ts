import type { Failure } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore } from '../ports.ts';
import { componentNames } from '../response/card-content.ts';
import { type CardButton, responsePlan } from '../response/protocol.ts';
import type { Level } from '../signal/signal.ts';

export interface ListedFailure {
  failure: Failure;
  componentTitle: string;
  count: number;
  lastSeenAt: string;
  buttons: CardButton[];
}

/** Slack shows about this many with their buttons before a message gets long. */
const pageSize = 10;

const listed: readonly CardButton[] = ['acknowledge', 'regrade', 'resolve', 'reopen'];

/** One page of what is open, worst first, with what can be done about each. */
export async function listFailures(
  { failures, policy }: { failures: Pick<FailureStore, 'listOpen'>; policy: Policy },
  { minLevel, component, after }: { minLevel?: Level; component?: string; after?: string },
): Promise<{ listed: ListedFailure[]; next?: string }> {
  const page = await failures.listOpen({
    limit: pageSize,
    ...(minLevel && { minLevel }),
    ...(component && { component }),
    ...(after && { after }),
  });
  return {
    listed: page.failures.map(({ failure, count, lastSeenAt }) => ({
      failure,
      componentTitle: componentNames(policy, failure.component).title,
      count: Math.max(count, 1),
      lastSeenAt,
      // A recovery is started where its steps can be watched: on the card.
      buttons: responsePlan(policy, failure).buttons.filter((button) => listed.includes(button)),
    })),
    ...(page.next && { next: page.next }),
  };
}
