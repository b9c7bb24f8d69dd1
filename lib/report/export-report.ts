import type { Failure } from '../failure/failure.ts';
import { type Actor, type FailureId, isPerson } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, RunStore, SignalLedger } from '../ports.ts';
import type { PostMortemStore } from '../postmortem/post-mortem.ts';
import { componentNames } from '../response/card-content.ts';
import { countSignals } from '../response/count-signals.ts';
import type { NameOf } from './attempted-fixes.ts';
import { readText } from './edit-report.ts';
import { postMortemReport, reportMarkdown } from './report-markdown.ts';
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
  return reportMarkdown({
    failure,
    runs,
    count: counts.count,
    componentTitle,
    postMortem,
    text,
    nameOf: named(nameOf),
  });
}

/** The newest post-mortem of a failure, as Markdown; `markdown` is absent when it has none. */
export async function exportPostMortem(
  ports: Pick<ExportPorts, 'failures' | 'postMortems' | 'reports'>,
  { failureId, nameOf = () => undefined }: { failureId: FailureId; nameOf?: (person: Actor) => string | undefined },
): Promise<{ failure: Failure; episode?: number; markdown?: string } | undefined> {
  const failure = (await ports.failures.get(failureId))?.failure;
  if (!failure) return undefined;
  const episodes = [failure.episode, ...failure.pastEpisodes.map(({ episode }) => episode)];
  for (const episode of episodes.sort((a, b) => b - a)) {
    const postMortem = await ports.postMortems.get(failureId, episode);
    if (!postMortem) continue;
    // What people write is of the episode that stands.
    const text = episode === failure.episode ? await readText(ports, failure) : undefined;
    return { failure, episode, markdown: postMortemReport({ postMortem, text, nameOf: named(nameOf) }) };
  }
  return { failure };
}

/** Whose name is not known stands there by id, marked as a person. */
function named(nameOf: (person: Actor) => string | undefined): NameOf {
  return (by) => (isPerson(by) ? (nameOf(by) ?? `@${by}`) : by);
}
