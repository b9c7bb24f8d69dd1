import { type Claim, type EndOutcome, endClaim } from './end-claim.ts';
import { pending } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';

/** Given back untouched: it keeps its place in the queue, and it was no attempt. */
export function releaseWork(ports: WorkPorts, { id, token }: Claim): Promise<EndOutcome> {
  return endClaim(
    ports,
    { id, token },
    { end: 'release', move: (item, move) => pending(item, move), news: { what: 'released', workItemId: id } },
  );
}
