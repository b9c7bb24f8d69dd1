import type { Failure } from '../failure/failure.ts';
import type { Actor, FailureId } from '../failure/ids.ts';
import { isPerson } from '../failure/ids.ts';
import { type MovePorts, moveFailure } from '../failure/move-failure.ts';
import { resolve } from '../failure/moves/by-people.ts';
import { type EpisodeMove, isEarlier, stamp, unchanged } from '../failure/moves/move.ts';
import { resolveFailure } from '../failure/resolve-failure.ts';
import type { Transition } from '../failure/transition.ts';
import { type MergedEdits, mergeEdits } from './merge-edits.ts';
import { fieldNames, type ReportField, type ReportText, reportedText, reportFields, withText } from './report-text.ts';
import type { ReportStore } from './report-version.ts';

export interface ReportEdit {
  failureId: FailureId;
  by: Actor;
  episode: number;
  /** The version that was edited; 0 for what the failure said before anybody wrote. */
  base: number;
  /** All of it, as it is to be. */
  mine: ReportText;
}

export interface Edited {
  transition: Transition;
  saved: MergedEdits['saved'];
  conflicts: MergedEdits['conflicts'];
  /** Who wrote since the version that was edited, and what they changed. */
  others: { by: Actor[]; fields: ReportField[] };
}

type ReportPorts = { reports: ReportStore };

/** The newest text of a failure's report. */
export async function readText(ports: ReportPorts, failure: Failure): Promise<ReportText> {
  return await textAt(ports, failure, failure.report.written ?? 0);
}

/** The text as it was at a version of this episode. */
export async function textAt({ reports }: ReportPorts, failure: Failure, version: number): Promise<ReportText> {
  const { report, id, episode } = failure;
  if (version === 0 && report.written === undefined) return reportedText(report);
  const kept =
    version > 0
      ? await reports.get(id, version)
      : (await reports.list(id)).find((one) => one.episode === episode && one.follows === undefined);
  if (!kept) throw new Error(`version ${version} of the report of ${id} is not kept`);
  return kept.text;
}

/** What one person wrote goes into the report; what others wrote meanwhile stays, and what both changed is handed back. */
export async function editReport(ports: MovePorts & ReportPorts, edit: ReportEdit): Promise<Edited> {
  const { decide, seen } = deciding(ports, edit, edited);
  const transition = await moveFailure(ports, edit, decide, { alsoLearn: true });
  return { transition, ...seen() };
}

/** The same, and it is mended: one write says both. What was resolved meanwhile still takes what was written. */
export async function resolveWithReport(
  ports: Parameters<typeof resolveFailure>[0] & ReportPorts,
  edit: ReportEdit,
  mayNotCallOff: Parameters<typeof resolveFailure>[2],
): Promise<Edited | Extract<Awaited<ReturnType<typeof resolveFailure>>, { kind: 'refused' }>> {
  const { decide, seen } = deciding(ports, edit, resolvedOrEdited);
  const transition = await resolveFailure(ports, edit, mayNotCallOff, decide);
  return transition.kind === 'refused' ? transition : { transition, ...seen() };
}

type Decide = (failure: Failure, move: EpisodeMove, written: { text: ReportText; saved: ReportField[] }) => Transition;

/** The version is written first, under a number of its own, and the failure names it with the move itself. */
function deciding(ports: ReportPorts, { base, mine }: ReportEdit, move: Decide) {
  let seen: Omit<Edited, 'transition'> = { saved: [], conflicts: [], others: { by: [], fields: [] } };
  const decide = async (failure: Failure, step: EpisodeMove): Promise<Transition> => {
    if (isEarlier(step, failure)) return unchanged(failure, 'earlier-episode');
    if (failure.status === 'merged') return unchanged(failure, 'merged');
    const { written } = failure.report;
    const current = await readText(ports, failure);
    const before = base === (written ?? 0) ? current : await textAt(ports, failure, base);
    const { text, saved, conflicts } = mergeEdits({ base: before, mine, current });
    const fields = fieldNames.filter((field) => current[field] !== before[field]);
    seen = { saved, conflicts, others: { by: fields.length > 0 ? await authors(ports, failure, base) : [], fields } };
    const decided = move(failure, step, { text, saved });
    if (decided.kind === 'unchanged' || saved.length === 0) return decided;
    const version = await keep(ports, failure, { text, step });
    return { kind: 'moved', failure: { ...decided.failure, report: withText(failure.report, text, version) } };
  };
  return { decide, seen: () => seen };
}

const edited: Decide = (failure, step, { saved }) => {
  if (saved.length === 0) return unchanged(failure, 'same-report');
  const names = saved.map((field) => reportFields[field]).join(', ');
  const entry = { kind: 'report-edited' as const, text: `Report edited: ${names}`, after: { fields: saved } };
  return { kind: 'moved', failure: { ...failure, ...stamp(failure, step, entry) } };
};

const resolvedOrEdited: Decide = (failure, step, written) => {
  const decided = resolve(failure, step);
  if (decided.kind === 'unchanged') {
    return decided.because === 'already-resolved' && written.saved.length > 0
      ? edited(failure, step, written)
      : decided;
  }
  const { text, saved } = written;
  const { latestEntry } = decided.failure;
  const { fixedBy } = text;
  const list = saved.flatMap((field) =>
    field === 'fixedBy' ? [] : [entryLine(`${reportFields[field]}: ${oneLine(text[field])}`)],
  );
  return {
    kind: 'moved',
    failure: {
      ...decided.failure,
      latestEntry: {
        ...latestEntry,
        text: fixedBy ? `${latestEntry.text}: ${oneLine(fixedBy)}` : latestEntry.text,
        ...(list.length > 0 && { list }),
        ...(saved.length > 0 && { after: { fields: saved } }),
      },
    },
  };
};

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** The report has it whole. */
function entryLine(text: string): string {
  const points = Array.from(text);
  return points.length <= 200 ? text : `${points.slice(0, 199).join('')}…`;
}

/** What was first reported is kept, too, before the first edit. A number that is taken belongs to an edit that came to nothing, or is about to lose. */
async function keep(
  { reports }: ReportPorts,
  failure: Failure,
  { text, step }: { text: ReportText; step: EpisodeMove },
): Promise<number> {
  const { id: failureId, episode, version: failureVersion } = failure;
  const { written, reportedBy } = failure.report;
  const whole = { schema: 1 as const, failureId, episode };
  let version = failureVersion;
  const put = async (given: { by: Actor; at: string; text: ReportText; follows?: number }) => {
    do version += 1;
    while (!(await reports.put({ ...whole, version, ...given })));
    return version;
  };
  const reporter = reportedBy && isPerson(reportedBy) ? reportedBy : 'system:ingest';
  const follows = written ?? (await put({ by: reporter, at: failure.openedAt, text: reportedText(failure.report) }));
  return await put({ by: step.by, at: step.at.toISOString(), text, follows });
}

/** Of the versions after this one that led to the newest. */
async function authors({ reports }: ReportPorts, failure: Failure, base: number): Promise<Actor[]> {
  const all = new Map((await reports.list(failure.id)).map((one) => [one.version, one]));
  const by: Actor[] = [];
  let at = all.get(failure.report.written ?? 0);
  while (at?.follows !== undefined && at.version !== base) {
    by.unshift(at.by);
    at = all.get(at.follows);
  }
  return [...new Set(by)];
}
