import { type Failure, isEnded } from '../failure/failure.ts';
import type { ResponseRecord } from '../failure/response-record.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { clipMiddle } from '../signal/signal.ts';
import type { WorkDraft } from '../work/add-work.ts';
import { priorityWords, type WorkItem } from '../work/work-item.ts';
import { finished, pending, reordered, type WorkMove } from '../work/work-moves.ts';

type Order = NonNullable<ResponseRecord['fix']>['order'];

/** How a failure's item in the work queue should be now. */
export interface FixItem {
  order: Order;
  kind: 'fix' | 'urgent-fix';
  priority: number;
  /** Why it is closed. */
  because?: string;
}

/** Before everything that people queue: a worker that asks for the next thing gets it. */
const headOfQueue = { 3: 30, 4: 20, 5: 10 } as const;
const by = 'system:protocol';

export function fixItem({ status, level, kind: origin }: Pick<Failure, 'status' | 'level' | 'kind'>): FixItem {
  const kind = level >= 4 ? 'urgent-fix' : 'fix';
  const priority = level === 1 ? priorityWords.low : level === 2 ? priorityWords.normal : headOfQueue[level];
  if (isEnded({ status }) || origin === 'check-up') {
    const because = status === 'merged' ? 'Its failure is part of another one.' : 'Its failure is resolved.';
    return { order: 'closed', kind, priority, because };
  }
  return { order: level >= 4 ? 'urgent' : level === 3 ? 'head' : 'backlog', kind, priority };
}

/** One item a failure and episode has this name: its level moves it in the queue, and a re-grade leaves no second one behind. */
export const fixName = ({ id, episode }: Pick<Failure, 'id' | 'episode'>): string => `fix/${id}#${episode}`;

export function fixDraft(failure: Failure, wanted: FixItem): WorkDraft {
  const why = failure.levelReasons[0] ?? failure.title;
  return {
    kind: wanted.kind,
    title: clipMiddle(`Fix: ${failure.title}`, 300),
    notes: `${failure.id}, level ${failure.level}: ${why}\n/failure show ${failure.id}`,
    component: failure.component,
    priority: wanted.priority,
    failureId: failure.id,
    by,
  };
}

/** After a rollback that worked: what was taken back comes again, in a smaller piece that is tested. */
export function smallerChangeDraft(failure: Failure, run: RecoveryRun): WorkDraft {
  const change = 'failedChange' in run ? run.failedChange : undefined;
  const size = change
    ? ` (${change.files} ${change.files === 1 ? 'file' : 'files'}, +${change.linesAdded} −${change.linesRemoved} lines)`
    : '';
  const kept = `${failure.id} was rolled back by ${run.id}. What was taken back is kept under ${change?.ref ?? 'the refs of that run'}${size}.`;
  return {
    kind: 'fix',
    title: clipMiddle(`Smaller change, with a test: ${failure.title}`, 300),
    notes: clipMiddle([kept, ...(change?.paths.map((path) => `- ${path}`) ?? [])].join('\n'), 8000),
    component: failure.component,
    priority: priorityWords.high,
    ...(change && { filesTouched: change.files }),
    failureId: failure.id,
    by,
  };
}

/**
 * The item as the level wants it; undefined when it is so. What people did with it stays: a place in the queue that they gave
 * it, and an end that they put to it. Only what the protocol itself closed is opened again.
 */
export function adjustedFix(
  item: WorkItem,
  wanted: FixItem,
  { was, move }: { was: Order | undefined; move: WorkMove },
): WorkItem | undefined {
  const asWanted = <T extends WorkItem>(next: T): T => ({ ...next, kind: wanted.kind, priority: wanted.priority });
  switch (item.state) {
    case 'pending':
    case 'in-progress':
    case 'failed': {
      if (wanted.order === 'closed') return finished(item, move, wanted.because ?? 'Its failure is resolved.');
      if (was === wanted.order || (item.kind === wanted.kind && item.priority === wanted.priority)) return undefined;
      return asWanted(reordered(item, move, wanted.priority));
    }
    case 'done':
      if (wanted.order === 'closed' || item.lastAction.by !== by) return undefined;
      return asWanted(pending(item, move));
    case 'split':
    case 'cancelled':
      return undefined;
    default:
      return item satisfies never;
  }
}
