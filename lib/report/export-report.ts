import { type Actor, type FailureId, isPerson } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, RunStore, SignalLedger } from '../ports.ts';
import type { PostMortemStore } from '../postmortem/post-mortem.ts';
import { componentNames } from '../response/card-content.ts';
import { countSignals } from '../response/count-signals.ts';
import { readText } from './edit-report.ts';
import { reportMarkdown } from './report-markdown.ts';
import type { ReportStore } from './report-version.ts';

export interface ExportPorts {
  failures: Pick<FailureStore, 'get'>;
  runs: Pick<RunStore, 'list'>;
  ledger: Pick<SignalLedger, 'group'>;
  postMortems: Pick<PostMortemStore, 'get'>;
  reports: ReportStore;
  policy: Policy;
}

/** All that is known of a failure, as Markdown. Undefined: there is none of that id. */
export async function exportReport(
  ports: ExportPorts,
  { failureId, nameOf = () => undefined }: { failureId: FailureId; nameOf?: (person: Actor) => string | undefined },
): Promise<string | undefined> {
  const stored = await ports.failures.get(failureId);
  if (!stored) return undefined;
  const { failure } = stored;
  const [runs, { counts }, postMortem, text] = await Promise.all([
    ports.runs.list(failureId),
    countSignals(ports, failure),
    ports.postMortems.get(failureId, failure.episode),
    readText(ports, failure),
  ]);
  const componentTitle = componentNames(ports.policy, failure.component).title;
  // Whose name is not known stands there by id, marked as a person.
  const named = (by: Actor) => (isPerson(by) ? (nameOf(by) ?? `@${by}`) : by);
  return reportMarkdown({ failure, runs, count: counts.count, componentTitle, postMortem, text, nameOf: named });
}
