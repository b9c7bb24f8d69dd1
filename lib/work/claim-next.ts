import { type Choice, chooseLines } from './choose-lines.ts';
import { claimLine } from './claim-line.ts';
import { pendingLines } from './pending-lines.ts';
import { createWaitingList, type Waiting } from './waiting.ts';
import type { ClaimedWork } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';
import type { WorkLine } from './work-store.ts';

export type ClaimOutcome =
  | { kind: 'claimed'; item: ClaimedWork; isCanary: boolean }
  /** Nothing can be handed out now: `waiting` says why of all that is pending; an empty queue has none. */
  | { kind: 'nothing'; waiting: Waiting[] };

/**
 * Hands out the first item, by priority and then age, whose gate lets it through. Two claimers never get the same one: the
 * claim is a conditional write, and whoever loses it goes on to another line.
 */
export async function claimNext(
  ports: WorkPorts,
  { holder, component, leaseMinutes }: { holder: string; component?: string; leaseMinutes?: number },
): Promise<ClaimOutcome> {
  const token = ports.ids.actionId();
  const waiting = createWaitingList();
  const choice: Choice = { gates: await ports.gates.read(), waiting };
  for await (const page of pendingLines(ports.work, component)) {
    const lines = chooseLines(page, choice, ports.now());
    for (let losses = 0; lines.length > 0; ) {
      const [line] = lines.splice(placeAfter(losses, token, lines.length), 1) as [WorkLine];
      const claim = await claimLine(ports, { line, choice, holder, token, leaseMinutes });
      if (claim.kind === 'claimed') return claim;
      if (claim.kind === 'taken') losses += 1;
    }
  }
  return { kind: 'nothing', waiting: waiting.all() };
}

/**
 * The first line; after a loss any of the next ones, another for each token: claimers that lost against each other would
 * otherwise meet again at the next line, and at the one after that.
 */
function placeAfter(losses: number, token: string, lines: number): number {
  if (losses === 0) return 0;
  let sum = losses * 7919;
  for (const character of token) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum % Math.min(lines, 32);
}
