import type { Failure } from '../failure/failure.ts';
import type { Workaround } from '../failure/workaround.ts';
import { type PostMortem, type PostMortemHeading, postMortemHeadings } from '../postmortem/post-mortem.ts';
import { outcomeWords } from '../recovery/outcome-words.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { strategyName } from '../recovery/strategy-names.ts';
import { attemptedFixes, type NameOf } from './attempted-fixes.ts';
import { asWritten, type ReportText } from './report-text.ts';

export interface Exported {
  failure: Failure;
  runs: RecoveryRun[];
  /** How often it was seen. */
  count: number;
  componentTitle: string;
  postMortem?: PostMortem | undefined;
  /** What people wrote of it; absent: nobody did. */
  text?: ReportText | undefined;
  nameOf?: NameOf | undefined;
}

/** The failure report as Markdown: always the same headings in the same order, with what is known under each. */
export function reportMarkdown(given: Exported): string {
  const failure = asWritten(given.failure, given.text);
  const postMortem = given.postMortem && withWritten(given.postMortem, given.text);
  const exported = { ...given, failure, postMortem };
  return [
    `## Failure Report ${failure.id}: ${line(failure.title)}`,
    section('Failure Summary', summary(exported)),
    section('What Happened', whatHappened(failure)),
    section(
      'Root Cause',
      given.text?.rootCause ? block(given.text.rootCause) : said(postMortem?.sections.rootCause, 'Under investigation'),
    ),
    section('Attempted Fixes', fixes(exported)),
    section('Current State', currentState(failure)),
    section('Resolution Plan', plan(exported)),
    section('Lessons Learned', lessons(exported)),
    section('Memory System Update', memoryUpdate(failure)),
    ...(postMortem ? [postMortemMarkdown(postMortem, exported)] : []),
    '',
  ].join('\n\n');
}

const section = (heading: string, body: string): string => `### ${heading}\n${body}`;

function summary({ failure, componentTitle, count }: Exported): string {
  const { report, component } = failure;
  const name = componentTitle === component ? component : `${line(componentTitle)} (${component})`;
  const impact = report.impact ?? (report.customerImpacting ? 'Customers' : 'Not known');
  return [
    `- **Timestamp**: ${failure.openedAt}`,
    `- **Component**: ${name}${report.environment ? `, ${line(report.environment)}` : ''}`,
    `- **Severity**: ${failure.level}${failure.levelReasons[0] ? ` (${line(failure.levelReasons[0])})` : ''}`,
    `- **Impact**: ${line(impact)}; seen ${count === 1 ? 'once' : `${count} times`}, episode ${failure.episode}`,
  ].join('\n');
}

function whatHappened({ report }: Failure): string {
  const { error, links = [] } = report;
  const type = [error?.type, error?.exitCode === undefined ? undefined : `exit ${error.exitCode}`].filter(Boolean);
  const message = error?.message && error.message !== report.whatHappened ? [block(error.message)] : [];
  return [
    block(report.whatHappened),
    ...(type.length > 0 ? [`Error: ${line(type.join(', '))}`] : []),
    ...message,
    ...(error?.stack ? [block(error.stack)] : []),
    ...(links.length > 0 ? [links.map(({ title, url }) => `- ${line(title)}: ${line(url)}`).join('\n')] : []),
  ].join('\n\n');
}

function fixes({ failure, runs, nameOf }: Exported): string {
  const tried = attemptedFixes(failure, runs, nameOf);
  if (tried.length === 0) return 'None yet.';
  return tried.map(({ what, result }, at) => `${at + 1}. ${line(what)}\n   - Result: ${line(result)}`).join('\n');
}

function currentState(failure: Failure): string {
  const { state } = failure.report;
  const system = failure.status === 'resolved' ? 'running' : state?.system;
  const workaround = failure.workaround
    ? `${line(failure.workaround.text)} (until ${failure.workaround.removeBy.slice(0, 10)}, ${failure.workaround.workItemId}${goneWords(failure.workaround)})`
    : state?.workaround && line(state.workaround);
  return [
    `- System status: ${system ? capital(system) : 'Not known'}`,
    `- Workaround: ${workaround || 'None'}`,
    `- Data impact: ${state?.dataImpact ? capital(state.dataImpact) : 'Not known'}`,
  ].join('\n');
}

const goneWords = ({ mayBeGone }: Workaround): string => (mayBeGone ? `; it may be gone since ${mayBeGone}` : '');

function plan({ failure, runs, text, nameOf = (actor) => actor }: Exported): string {
  const { response, workaround } = failure;
  const mine = response?.episode === failure.episode ? response : undefined;
  const pending = failure.status === 'recovering' ? runs.find(({ id }) => id === failure.runId) : undefined;
  const immediate =
    failure.status === 'resolved'
      ? `Done: resolved ${failure.how === 'recovery' ? 'by a recovery that was verified' : `by ${nameOf(failure.resolvedBy)}`} at ${failure.resolvedAt}`
      : pending
        ? `${strategyName(pending.strategy)} (${pending.id})`
        : failure.status === 'acknowledged'
          ? `With ${nameOf(failure.acknowledgedBy)}`
          : 'Somebody takes it';
  const fixItem = mine?.fix && `work item ${mine.fix.id}${mine.fix.order === 'closed' ? ', closed' : ''}`;
  const removal = workaround && `remove the workaround, work item ${workaround.workItemId}`;
  const fixed = text?.fixedBy && `Fixed by: ${text.fixedBy}`;
  return [
    `1. Immediate action: ${parts(text?.immediate, immediate, failure.status === 'resolved' ? fixed : '')}`,
    `2. Short-term fix: ${parts(text?.shortTerm, fixItem) || 'Not decided yet'}`,
    `3. Long-term solution: ${parts(text?.longTerm, removal) || 'Not decided yet'}`,
  ].join('\n');
}

/** What people wrote first, then what is known besides. */
function parts(...all: (string | undefined)[]): string {
  return all.flatMap((text) => (text ? [line(text).replace(/[.;]$/u, '')] : [])).join('; ');
}

const linesOf = (text: string | undefined): string[] =>
  (text ?? '').split('\n').flatMap((one) => (one.trim() ? [one.replace(/^\s*[-•*]\s+/u, '').trim()] : []));

/** A post-mortem is drafted when the failure opens and ends; what people write in the report is in it from then on. */
function withWritten(postMortem: PostMortem, text: ReportText | undefined): PostMortem {
  const { sections } = postMortem;
  const [causes, lessons, actions] = [text?.rootCause, text?.lessons, text?.prevention].map(linesOf);
  return {
    ...postMortem,
    sections: {
      ...sections,
      rootCause: [...sections.rootCause, ...(causes ?? [])],
      lessonsLearned: [...sections.lessonsLearned, ...(lessons ?? [])],
      actionItems: [...sections.actionItems, ...(actions ?? [])],
    },
  };
}

function lessons({ failure, postMortem, text }: Exported): string {
  const worked = failure.outcomes.map((outcome) => `- ${outcomeWords(outcome)}`);
  const written = postMortem?.sections ?? {
    lessonsLearned: linesOf(text?.lessons),
    actionItems: linesOf(text?.prevention),
  };
  const learned = [...worked, ...written.lessonsLearned.map((text) => `- ${line(text)}`)];
  const actions = written.actionItems.map((text) => `- To prevent recurrence: ${line(text)}`);
  return [
    ...(learned.length > 0 ? learned : ['- Not written yet']),
    ...(actions.length > 0 ? actions : ['- How to prevent recurrence: not written yet']),
  ].join('\n');
}

/** What the memory keeps of it: what the next failure like it is compared with. */
function memoryUpdate({ id, component, title, status, outcomes, similar, report }: Failure): string {
  const type = report.error?.type ? ` (${line(report.error.type)})` : '';
  const outcome =
    outcomes.length > 0
      ? outcomes.map(outcomeWords).join(', ')
      : status === 'resolved'
        ? `resolved by hand${report.fixedBy ? `: ${line(report.fixedBy)}` : ''}`
        : 'none yet';
  return [
    `- Kept as ${id}: ${component}, ${line(title)}${type}`,
    `- Outcome: ${outcome}`,
    `- Like it: ${similar.length > 0 ? similar.map(({ failureId }) => failureId).join(', ') : 'nothing known'}`,
  ].join('\n');
}

/** The post-mortem alone. */
export function postMortemReport({
  postMortem,
  text,
  nameOf,
}: Pick<Exported, 'text' | 'nameOf'> & { postMortem: PostMortem }): string {
  return `${postMortemMarkdown(withWritten(postMortem, text), { nameOf })}\n`;
}

function postMortemMarkdown(
  { sections, because, openedAt }: PostMortem,
  { nameOf = (actor) => actor }: Pick<Exported, 'nameOf'>,
): string {
  const headings = Object.keys(postMortemHeadings) as PostMortemHeading[];
  const parts = headings.map((heading, at) => {
    const { title, asks } = postMortemHeadings[heading];
    const lines =
      heading === 'timeline' ? sections.timeline.map((text) => nameWhoDidIt(text, nameOf)) : sections[heading];
    if (lines.length === 0) return `${at + 1}. **${title}**: ${asks}? Not written yet.`;
    return [`${at + 1}. **${title}**:`, ...lines.map((text) => `   - ${line(text)}`)].join('\n');
  });
  return [`## Post-Mortem\n\nOpened at ${openedAt}. ${line(because)}`, ...parts].join('\n\n');
}

/** Each line of the timeline ends with who it was. */
function nameWhoDidIt(text: string, nameOf: NameOf): string {
  return text.replace(/ \(([^()\s]+)\)$/, (_all, by: string) => ` (${nameOf(by)})`);
}

const said = (lines: string[] | undefined, otherwise: string): string =>
  lines && lines.length > 0 ? lines.map(line).join('\n') : otherwise;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** One line that cannot begin a heading, a list or a fence of its own, nor link or mark anything up. */
function line(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_<>[\]|]/g, '\\$&')
    .replace(/^(#|[-+=~]|\d+[.)])/, '\\$1');
}

/** Several lines as they stand, in a fence that nothing inside can close. */
function block(text: string): string {
  if (!text.trim().includes('\n')) return line(text);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trim()}\n${fence}`;
}
