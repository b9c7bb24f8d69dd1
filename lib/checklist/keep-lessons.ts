import type { Failure } from '../failure/failure.ts';
import { causeOf, evidenceOf } from '../pattern/cause-of.ts';
import { causeTexts } from '../pattern/cause-texts.ts';
import { readText } from '../report/edit-report.ts';
import type { ReportStore } from '../report/report-version.ts';
import type { ChecklistStore, Lesson } from './checklist.ts';

const mostTexts = 5;
const mostText = 300;

/** What a failure taught goes onto the next checklist of its component: what people wrote under Prevention, and its cause's. */
export async function keepLessons(
  { checklists, reports }: { checklists: Pick<ChecklistStore, 'keepLesson'>; reports: ReportStore },
  failure: Failure,
): Promise<void> {
  const { id: failureId, component, latestEntry } = failure;
  const cause = causeOf(evidenceOf(failure));
  const base = { schema: 1 as const, component, failureId, at: latestEntry.at };
  const written = failure.report.written === undefined ? '' : (await readText({ reports }, failure)).prevention;
  // What is part of another says nothing of its own.
  const texts = failure.status === 'merged' ? [] : linesOf(written);
  await checklists.keepLesson({ ...base, key: failureId, texts }, { onlyIfKnown: texts.length === 0 });
  if (cause === undefined || cause === 'other' || failure.status === 'merged') return;
  const known: Lesson = { ...base, key: `cause#${cause}`, cause, texts: [causeTexts[cause].prevention] };
  await checklists.keepLesson(known);
}

/** One box a line, without the marks of a list. */
export function linesOf(prevention: string): string[] {
  return prevention
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])?\s*(?:\[[ xX]?\])?\s*/u, '').trim())
    .filter((line) => line !== '')
    .map((line) =>
      line.length > mostText
        ? `${Array.from(line)
            .slice(0, mostText / 2)
            .join('')}…`
        : line,
    )
    .slice(0, mostTexts);
}
