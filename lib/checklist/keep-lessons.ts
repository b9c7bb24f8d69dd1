import type { Failure } from '../failure/failure.ts';
import { causeOf, evidenceOf } from '../pattern/cause-of.ts';
import { causeTexts } from '../pattern/cause-texts.ts';
import { readText } from '../report/edit-report.ts';
import type { ReportStore } from '../report/report-version.ts';
import type { ChecklistStore, Lesson } from './checklist.ts';

const mostTexts = 5;
const mostText = 300;
const halfOfPair = /[\uD800-\uDBFF]$/;

/** What a failure taught goes onto the next checklist of its component: what people wrote under Prevention, and its cause's. */
export async function keepLessons(
  { checklists, reports }: { checklists: Pick<ChecklistStore, 'keepLesson'>; reports: ReportStore },
  failure: Failure,
): Promise<void> {
  const { id: failureId, component, latestEntry } = failure;
  const cause = causeOf(evidenceOf(failure));
  const base = { schema: 1 as const, component, failureId, at: latestEntry.at };
  const isMerged = failure.status === 'merged';
  // What is part of another says nothing of its own. An episode of which nobody has written yet takes nothing back.
  if (isMerged || failure.report.written !== undefined) {
    const texts = isMerged ? [] : linesOf((await readText({ reports }, failure)).prevention);
    await checklists.keepLesson({ ...base, key: failureId, texts }, { onlyIfKnown: texts.length === 0 });
  }
  if (cause === undefined || cause === 'other' || isMerged) return;
  const known: Lesson = { ...base, key: `cause#${cause}`, cause, texts: [causeTexts[cause].prevention] };
  await checklists.keepLesson(known);
}

/** One box a line, without the marks of a list. */
export function linesOf(prevention: string): string[] {
  return prevention
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^(?:[-*•]|\d+[.)])\s+/u, '')
        .replace(/^\[[ xX]?\]\s+/u, '')
        .trim(),
    )
    .filter((line) => line !== '')
    .map((line) => (line.length > mostText ? `${line.slice(0, mostText - 1).replace(halfOfPair, '')}…` : line))
    .slice(0, mostTexts);
}
