import { clipMiddle } from '../signal/signal.ts';
import { type WorkItem, WorkItemId } from './work-item.ts';
import { next, type PendingWork, type WorkMove } from './work-moves.ts';

export type SplitWork = Extract<WorkItem, { state: 'split' }>;

const mostPriority = 999_999;
/** Between one part and the next, so that something can be put in between. */
const stagger = 10;

/** The item closed in favour of one part for each requirement. The parts follow from it alone: see `partsOf`. */
export function splitItem(
  item: WorkItem,
  move: WorkMove & { requirements: string[]; partIds: WorkItemId[] },
): SplitWork {
  return {
    ...next(item, move),
    requirements: move.requirements,
    state: 'split',
    endedAt: move.at.toISOString(),
    children: move.partIds,
  };
}

/** Names that the parts of an item always get. `run` is another one when these are taken by items that are none of its parts. */
export function partIds(id: WorkItemId, count: number, run = 0): WorkItemId[] {
  const letter = run === 0 ? '' : `p${run}-`;
  return Array.from({ length: count }, (_, index) => WorkItemId.parse(`${id}.${letter}${index + 1}`));
}

/** An id has room for the names of its parts. */
export const longestSplitId = 128 - '.p9-100'.length;

/** One item a requirement, in their order; the minutes of the parts add up exactly to the parent's. */
export function partsOf(parent: SplitWork): PendingWork[] {
  const { requirements, children, lastAction } = parent;
  const minutes = sharedMinutes(parent.estimateMinutes, children.length);
  const first = Math.min(parent.priority, mostPriority - stagger * (children.length - 1));
  return children.map((id, index) => {
    const requirement = requirements[index] ?? parent.title;
    const part = `Part ${index + 1} of ${children.length} of ${parent.id}: ${parent.title}`;
    const share = minutes?.[index];
    return {
      schema: 1,
      id,
      version: 1,
      kind: 'subtask',
      title: clipEnd(requirement, 300),
      notes: clipMiddle(parent.notes === undefined ? part : `${part}\n\n${parent.notes}`, 8000),
      component: parent.component,
      priority: first + stagger * index,
      ...(share === undefined ? {} : { estimateMinutes: share }),
      requirements: [requirement],
      failedAttempts: 0,
      renewals: 0,
      parent: parent.id,
      ...(parent.failureId === undefined ? {} : { failureId: parent.failureId }),
      ...(parent.owner === undefined ? {} : { owner: parent.owner }),
      createdAt: parent.endedAt,
      createdBy: lastAction.by,
      lastAction: { id: `part#${lastAction.id}#${index + 1}`, by: lastAction.by, at: parent.endedAt },
      state: 'pending',
    };
  });
}

/** The first ones get a minute more where it does not come out even. */
export function sharedMinutes(whole: number | undefined, parts: number): number[] | undefined {
  if (whole === undefined) return undefined;
  const each = Math.floor(whole / parts);
  const over = whole % parts;
  return Array.from({ length: parts }, (_, index) => each + (index < over ? 1 : 0));
}

/** One line, and visibly not all of it when it is too long. */
function clipEnd(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim() || 'Untitled part';
  const points = Array.from(line);
  return line.length <= max
    ? line
    : `${points
        .slice(0, max - 1)
        .join('')
        .slice(0, max - 1)}…`;
}
