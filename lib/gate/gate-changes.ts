import type { FailureId } from '../failure/ids.ts';
import type { GateHolder, GateState, HolderDraft } from './gate.ts';
import { isAnswered } from './may-go-on.ts';
import { renewed } from './shut-gate.ts';

/** What must be done so that a failure holds the gates that it should, and no others. */
export interface GateChanges {
  shut: HolderDraft[];
  open: Pick<GateHolder, 'scope' | 'id'>[];
}

/**
 * `desired`: all that this failure holds as it stands now (protocolHolders and causeHolders). Nothing is shut again that a person
 * or a canary opened after the reason arose, and what another failure has renewed is that one's. While it is not
 * resolved, what its later signals shut by their cause stays shut.
 */
export function gateChanges(
  { holders, opened }: Pick<GateState, 'holders' | 'opened'>,
  desired: readonly HolderDraft[],
  failureId: FailureId,
  { isResolved = true }: { isResolved?: boolean } = {},
): GateChanges {
  const same = (one: { scope: string; id: string }) => (other: { scope: string; id: string }) =>
    one.scope === other.scope && one.id === other.id;
  return {
    shut: desired.filter((draft) => {
      const current = holders.find(same(draft));
      if (current) return renewed(current, draft) !== undefined;
      const since = opened.find(same(draft));
      return since === undefined || !isAnswered(draft, since);
    }),
    open: holders
      .filter((holder) => holder.failureId === failureId && !desired.some(same(holder)))
      .filter((holder) => isResolved || holder.cause === undefined)
      .map(({ scope, id }) => ({ scope, id })),
  };
}
