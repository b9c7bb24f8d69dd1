import type { FailureId } from '../failure/ids.ts';
import type { TimelineEntry } from '../failure/timeline-entry.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, RunStore, SignalLedger } from '../ports.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import type { RunnerStore } from '../recovery/runner-presence.ts';
import { cardOf, cardView } from '../response/card-content.ts';
import type { CardView } from '../response/content.ts';
import { countSignals } from '../response/count-signals.ts';
import { readFacts } from '../response/facts.ts';
import { holdingRun } from '../response/offers.ts';
import { responsePlan } from '../response/protocol.ts';
import { whoAsked } from '../response/who-asked.ts';
import { permalinkOfWhole } from '../response/whole.ts';
import { triedRuns } from './attempted-fixes.ts';
import { readText } from './edit-report.ts';
import { failureLink } from './failure-link.ts';
import type { ReportText } from './report-text.ts';
import type { ReportStore } from './report-version.ts';

/** All that is known of a failure, whatever its level. */
export interface Report {
  view: CardView;
  timeline: TimelineEntry[];
  cardPermalink?: string;
  /** Of the failure itself, where kintsugi.yml says how it is made. */
  link?: string;
  /** The recoveries of this episode that were to mend it, in their order. */
  tried: RecoveryRun[];
  /** What people wrote, where somebody did. */
  text?: ReportText;
}

export async function readReport(
  ports: {
    failures: Pick<FailureStore, 'get' | 'timeline'>;
    runs: Pick<RunStore, 'list'>;
    runners: Pick<RunnerStore, 'list'>;
    ledger: Pick<SignalLedger, 'group'>;
    reports: ReportStore;
    policy: Policy;
  },
  failureId: FailureId,
): Promise<Report | undefined> {
  const [stored, timeline] = await Promise.all([ports.failures.get(failureId), ports.failures.timeline(failureId)]);
  if (!stored) return undefined;
  const { counts } = await countSignals(ports, stored.failure);
  const { failure } = stored;
  const facts = await readFacts(ports, failure);
  const text = failure.report.written === undefined ? undefined : await readText(ports, failure);
  const plan = responsePlan(ports.policy, failure, facts);
  const askedBy = whoAsked(facts.runs ?? [], failure.status === 'resolved' ? failure.runId : undefined);
  const permalink = cardOf(stored, stored.failure.episode)?.[1].place?.permalink;
  const link = failureLink(ports.policy, failure.id);
  return {
    view: cardView(stored, {
      policy: ports.policy,
      plan,
      counts,
      askedBy,
      run: holdingRun(failure, facts),
      mergedPermalink: await permalinkOfWhole(ports, failure),
      facts,
    }),
    timeline: [...timeline].sort((a, b) => a.version - b.version),
    tried: triedRuns(failure, facts.runs ?? []),
    ...(permalink && { cardPermalink: permalink }),
    ...(link && { link }),
    ...(text && { text }),
  };
}
