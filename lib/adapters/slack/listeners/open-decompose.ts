import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import { splitAbove } from '../../../gate/may-go-on.ts';
import { causeOf, evidenceOf } from '../../../pattern/cause-of.ts';
import type { WorkDraft } from '../../../work/add-work.ts';
import { complexityOf, mostForRequirements } from '../../../work/complexity.ts';
import { requirementsIn } from '../../../work/requirements-in.ts';
import { priorityWords, type WorkItem, WorkItemId } from '../../../work/work-item.ts';
import { escapeAndClip } from '../escape.ts';
import { decomposeModal } from '../modals/decompose-modal.ts';
import type { SlackPorts } from './slack-ports.ts';

/**
 * The form for splitting the work that failed, or why there is nothing to split: then the other ways are offered with it.
 */
export async function openDecompose(
  { work }: Pick<SlackPorts, 'work'>,
  failure: Failure,
): Promise<{ open: ModalView } | { instead: string }> {
  const found = await workOf({ work }, failure);
  if (!found)
    return { instead: `${failure.id} names no work item, so there is nothing to split. What else can be done:` };
  const { item } = found;
  if (item && !isOpen(item)) {
    return { instead: `${code(item.id)} is ${stateWords(item)} already, so it is not split. What else can be done:` };
  }
  if (item?.kind === 'technical-debt') {
    return {
      instead: `${code(item.id)} is a debt with one owner and one day, so it is not split. What else can be done:`,
    };
  }
  const draft = item ?? { ...found.draft, requirements: [], failedAttempts: 1 };
  const requirements = draft.requirements.length > 0 ? draft.requirements : requirementsIn(textOf(draft, failure));
  const complexity = complexityOf({ ...draft, requirements }, { cause: draft.lastCause ?? causeOfFailure(failure) });
  const { score, reasons } = complexity;
  // A list that is still to be written can add this much; below it no list makes it too complex.
  const most = requirements.length < 2 ? score + mostForRequirements : score;
  if (most <= splitAbove) {
    const why = reasons.length > 0 ? ` (${escapeAndClip(reasons.join(', '), 300)})` : '';
    return {
      instead: `${code(found.id)} has complexity ${score} of 10${why}: simple enough to be tried as it is. It is split above ${splitAbove}. What else can be done:`,
    };
  }
  return { open: decomposeModal(failure, { ...draft, id: found.id }, complexity, requirements) };
}

type Found =
  | { id: WorkItemId; item: WorkItem; draft?: undefined }
  /** A signal names it, and the queue does not know it yet. */
  | { id: WorkItemId; item?: undefined; draft: WorkDraft };

/** The work that failed, as the failure's signal names it; else the item that asks for its mending. */
export async function workOf({ work }: Pick<SlackPorts, 'work'>, failure: Failure): Promise<Found | undefined> {
  const named = WorkItemId.safeParse(failure.report.workItem?.id);
  const fix = WorkItemId.safeParse(failure.response?.fix?.id);
  const [item, fixItem] = await Promise.all([
    named.success ? work.get(named.data) : undefined,
    fix.success ? work.get(fix.data) : undefined,
  ]);
  if (item) return { id: item.item.id, item: item.item };
  if (named.success) return { id: named.data, draft: draftOf(failure, named.data) };
  return fixItem && { id: fixItem.item.id, item: fixItem.item };
}

export function causeOfFailure(failure: Failure) {
  return causeOf(evidenceOf(failure));
}

function draftOf(failure: Failure, id: WorkItemId): WorkDraft & { failedAttempts: number } {
  const { component, title, report } = failure;
  return {
    id,
    kind: 'task',
    title: report.workItem?.title || title,
    component,
    priority: priorityWords.normal,
    failedAttempts: 1,
    failureId: failure.id,
    by: 'system:slack',
  };
}

/** The fix item's own text is ours and lists nothing. */
function textOf({ notes = '', kind }: Pick<WorkDraft, 'notes' | 'kind'>, failure: Failure): string {
  return kind === 'fix' || kind === 'urgent-fix'
    ? ''
    : notes || (failure.report.workItem ? '' : failure.report.whatHappened);
}

function isOpen({ state }: WorkItem): boolean {
  return state === 'pending' || state === 'failed' || state === 'in-progress';
}

function stateWords({ state }: WorkItem): string {
  return state === 'split' ? 'split' : state;
}

function code(words: string): string {
  return `\`${escapeAndClip(words, 128)}\``;
}
