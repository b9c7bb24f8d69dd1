import { clipMiddle } from '../signal/signal.ts';
import { type Claim, type EndOutcome, endClaim } from './end-claim.ts';
import { finished } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

/** It is done. The first done canary opens the gates that it was let through. */
export function finishWork(ports: WorkPorts, { id, token, result }: Claim & { result?: string }): Promise<EndOutcome> {
  const clipped = result === undefined ? undefined : clipMiddle(result, 2000);
  return endClaim(
    ports,
    { id, token },
    {
      end: 'done',
      move: (item, move) => finished(item, move, clipped),
      news: { what: 'done', workItemId: id },
    },
  );
}
