import type { Failure } from '../failure/failure.ts';
import type { TimelineEntry } from '../failure/timeline-entry.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { strategyName } from '../recovery/strategy-names.ts';
import { clipMiddle } from '../signal/signal.ts';
import type { PostMortem } from './post-mortem.ts';

const minutes = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
const linesKept = 150;

/** The seven headings with what is known, in plain lines; what nobody can know stays empty for people to write. */
export function draftSections(
  failure: Failure,
  { timeline, runs, count }: { timeline: TimelineEntry[]; runs: RecoveryRun[]; count?: number },
): PostMortem['sections'] {
  return {
    timeline: [
      ...(timeline.length > linesKept ? [`${timeline.length - linesKept} earlier entries are left out.`] : []),
      ...timeline.slice(-linesKept).map(({ at, text, by }) => line(`${at} ${text} (${by})`)),
    ],
    impact: impactOf(failure, count),
    rootCause: [],
    contributingFactors: contributing(failure, timeline),
    wentWell: wentWell(failure, { timeline, runs }),
    actionItems: actions(failure, runs),
    lessonsLearned: [],
  };
}

function impactOf({ report, component, openedAt, ...failure }: Failure, count: number | undefined): string[] {
  const ended = failure.status === 'resolved' ? failure.resolvedAt : undefined;
  return [
    `${component}${report.environment ? ` in ${report.environment}` : ''}${report.state?.system ? `, ${report.state.system}` : ''}`,
    ...(report.impact ? [line(report.impact)] : []),
    ...(report.customerImpacting === undefined
      ? []
      : [report.customerImpacting ? 'Customers were affected.' : 'Customers were not affected.']),
    ...(report.state?.dataImpact ? [`Data impact: ${report.state.dataImpact}`] : []),
    seen(count, ended === undefined ? undefined : minutes(openedAt, ended)),
  ];
}

function seen(count: number | undefined, minutesLong: number | undefined): string {
  const often = count !== undefined && `seen ${count === 1 ? 'once' : `${count} times`}`;
  const long = minutesLong !== undefined && `over after ${minutesLong} ${minutesLong === 1 ? 'minute' : 'minutes'}`;
  const words = [often, long].filter(Boolean).join(', ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function contributing({ pastEpisodes, workaround, similar }: Failure, timeline: TimelineEntry[]): string[] {
  return [
    ...timeline
      .filter(({ kind }) => kind === 'level-raised' || kind === 'recovery-failed')
      .slice(-linesKept)
      .map(({ text }) => line(text)),
    ...(pastEpisodes[0] ? [`It happened before; the last time it was resolved on ${pastEpisodes[0].resolvedAt}.`] : []),
    ...(workaround ? [line(`A workaround stood: ${workaround.text}`)] : []),
    ...similar.slice(0, 3).map(({ failureId, title }) => line(`Like ${failureId}: ${title}`)),
  ];
}

function wentWell(failure: Failure, { timeline, runs }: { timeline: TimelineEntry[]; runs: RecoveryRun[] }): string[] {
  const taken = timeline.find(({ kind }) => kind === 'acknowledged');
  const worked = runs.filter((run) => run.state === 'succeeded' && !run.unverified && run.episode === failure.episode);
  return [
    ...(taken ? [`Somebody took it after ${minutes(failure.openedAt, taken.at)} minutes.`] : []),
    ...worked.map((run) => line(`${strategyName(run.strategy)} worked: ${'reason' in run ? run.reason : ''}`)),
    ...(worked.some((run) => 'refs' in run && run.refs.length > 0)
      ? ['Everything that was on disk before is kept under refs/kintsugi/.']
      : []),
  ];
}

function actions({ response, workaround }: Failure, runs: RecoveryRun[]): string[] {
  return [
    ...(response?.fix ? [`${response.fix.id}: the fix`] : []),
    ...runs
      .flatMap((run) =>
        run.state === 'succeeded' && run.failedChange
          ? [line(`Bring back, smaller and tested: ${run.failedChange.ref}`)]
          : [],
      )
      .slice(-linesKept),
    ...(workaround ? [`${workaround.workItemId}: remove the workaround by ${workaround.removeBy.slice(0, 10)}`] : []),
  ];
}

const line = (text: string): string => clipMiddle(text.replace(/\s+/g, ' ').trim(), 500);
