import type { FailureId, TimelineEntry } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, RunStore, SignalLedger } from '../ports.ts';
import { cardOf, cardView } from '../response/card-content.ts';
import type { CardView } from '../response/content.ts';
import { countSignals } from '../response/count-signals.ts';
import { responsePlan } from '../response/protocol.ts';
import { whoAsked } from '../response/who-asked.ts';

/** All that is known of a failure, whatever its level. */
export interface Report {
  view: CardView;
  timeline: TimelineEntry[];
  cardPermalink?: string;
}

export async function readReport(
  ports: {
    failures: Pick<FailureStore, 'get' | 'timeline'>;
    runs: Pick<RunStore, 'list'>;
    ledger: Pick<SignalLedger, 'group'>;
    policy: Policy;
  },
  failureId: FailureId,
): Promise<Report | undefined> {
  const [stored, timeline] = await Promise.all([ports.failures.get(failureId), ports.failures.timeline(failureId)]);
  if (!stored) return undefined;
  const { counts } = await countSignals(ports, stored.failure);
  const plan = responsePlan(ports.policy, stored.failure);
  const { failure } = stored;
  const askedBy = await whoAsked(ports, failureId, failure.status === 'resolved' ? failure.runId : undefined);
  const permalink = cardOf(stored, stored.failure.episode)?.[1].place?.permalink;
  return {
    view: cardView(stored, { policy: ports.policy, plan, counts, askedBy }),
    timeline: [...timeline].sort((a, b) => a.version - b.version),
    ...(permalink && { cardPermalink: permalink }),
  };
}
