import type { Cause } from '../pattern/cause.ts';
import { clipMiddle } from '../signal/signal.ts';
import { type Claim, type EndOutcome, endClaim } from './end-claim.ts';
import { failed } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

export interface FailedAttempt extends Claim {
  summary: string;
  /** Found from the evidence. */
  cause?: Cause;
  /** When the failure says that its cause ends. */
  until?: Date;
}

/** It did not work. It stays failed until somebody decides: try it again, split it, or leave it. */
export function failWork(ports: WorkPorts, { id, token, summary, cause, until }: FailedAttempt): Promise<EndOutcome> {
  const result = clipMiddle(summary, 2000);
  return endClaim(
    ports,
    { id, token },
    {
      end: 'fail',
      move: (item, move, hasRunOut) => failed(item, move, { result, cause, isCounted: hasRunOut }),
      news: { what: 'failed', workItemId: id, cause, until: until?.toISOString() },
    },
  );
}
