import { type Failure, gravestLevel } from '../../../failure/failure.ts';
import { noteDecomposed } from '../../../failure/note-decomposed.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { addWork } from '../../../work/add-work.ts';
import { type DecomposeOutcome, decomposeWork } from '../../../work/decompose-work.ts';
import { WorkItemId } from '../../../work/work-item.ts';
import { hours } from '../cards/durations.ts';
import { clip, escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { decomposeForm, readDecompose } from '../modals/decompose-modal.ts';
import { earlierEpisodeText, forbiddenText } from '../refusal-texts.ts';
import { FailureSubject, type Form, type FormAnswer, parseMetadata } from './form.ts';
import { causeOfFailure, workOf } from './open-decompose.ts';
import { plainWords, refuseForm } from './refuse-form.ts';
import type { SlackPorts } from './slack-ports.ts';

const Subject = FailureSubject.extend({ workItemId: WorkItemId });
const shownParts = 20;

/** The parts have names that follow from the item's, so sending it off twice makes one set. */
export const decomposeByHand: Form = {
  callbackId: decomposeForm.callbackId,
  firstField: decomposeForm.requirements,
  async submit(ports, form, by) {
    const { failureId, episode, workItemId } = parseMetadata(Subject, form);
    const read = readDecompose(form.state.values);
    if ('errors' in read) return read;
    const stored = await ports.failures.get(failureId);
    if (!stored) return problem(`${failureId} is not known here any more.`);
    const { failure } = stored;
    if (episode < failure.episode) return problem(plainWords(earlierEpisodeText(failureId)));
    if (failure.status === 'resolved') return problem(`${failureId} is resolved by now, so there is nothing to split.`);
    // What the form carries went through somebody's browser.
    if ((await workOf(ports, failure))?.id !== workItemId)
      return problem('Another work item is the one that failed by now. Close this form and open it again.');
    const requirements = await Promise.all(read.requirements.map(ports.redact));
    const forbidden = await mayNotStart(ports, { by, level: gravestLevel(failure) });
    if (forbidden) {
      const typed = requirements.join('\n');
      return refuseForm(forbiddenText(forbidden), { field: decomposeForm.requirements, typed });
    }
    await addIfOnlyNamed(ports, failure, workItemId, by);
    const cause = causeOfFailure(failure);
    const outcome = await decomposeWork(ports, { id: workItemId, requirements, cause, by });
    if (outcome.kind !== 'split') return problem(refusal(outcome));
    await note(ports, outcome, { failureId, episode, by });
    return { notice: { title: 'Split', text: splitText(outcome) } };
  },
};

/** What only a signal names comes onto the queue first, so that its parts have a parent. */
async function addIfOnlyNamed(ports: SlackPorts, failure: Failure, id: WorkItemId, by: string): Promise<void> {
  const found = await workOf(ports, failure);
  if (found?.draft && found.id === id) await addWork(ports, { ...found.draft, by });
}

/** A first try may have died between the split and the note. */
async function note(
  ports: SlackPorts,
  { parent, parts }: Extract<DecomposeOutcome, { kind: 'split' }>,
  request: { failureId: Failure['id']; episode: number; by: string },
): Promise<void> {
  const timeline = await ports.failures.timeline(request.failureId);
  const isNoted = timeline.some(({ kind, after }) => kind === 'decomposed' && after?.workItemId === parent.id);
  if (isNoted) return;
  await noteDecomposed(ports, { ...request, item: parent.id, parts: parts.map(({ id }) => id) });
}

function splitText({ parent, parts, isRepeated }: Extract<DecomposeOutcome, { kind: 'split' }>): string {
  const left = parts.length - shownParts;
  return [
    `\`${escapeMrkdwn(parent.id)}\` ${isRepeated ? 'was split before, and these are its parts' : `is closed in favour of ${parts.length} parts`}:`,
    ...parts.slice(0, shownParts).map(({ id, title, estimateMinutes }) => {
      const share = estimateMinutes === undefined ? '' : ` · ${hours(estimateMinutes)}`;
      return `• \`${escapeMrkdwn(id)}\` ${escapeAndClip(oneLine(title), 80)}${share}`;
    }),
    ...(left > 0 ? [`… and ${left} more`] : []),
    ...(parent.estimateMinutes === undefined ? [] : [`Together: ${hours(parent.estimateMinutes)}, as before.`]),
  ].join('\n');
}

/** Plain: form errors have no formatting. */
function refusal(outcome: Exclude<DecomposeOutcome, { kind: 'split' }>): string {
  switch (outcome.kind) {
    case 'simple-enough':
      return `With this list its complexity is ${outcome.score} of 10 (${clip(outcome.reasons.join(', ') || 'nothing speaks for more', 200)}): simple enough to be tried as it is. A workaround or a rollback may help instead.`;
    case 'needs-requirements':
      return 'At least two lines are needed: each becomes a part.';
    case 'in-progress':
      return `${clip(outcome.item.lease.holder, 60)} is working on it. Wait for the end, or have it released first.`;
    case 'over':
      return `It is ${outcome.item.state} by now, so there is nothing to split.`;
    case 'refused':
      return refusedWords[outcome.because];
    case 'unknown':
      return 'It is not in the queue any more.';
    default:
      return outcome satisfies never;
  }
}

const refusedWords: Record<Extract<DecomposeOutcome, { kind: 'refused' }>['because'], string> = {
  'id-too-long': 'Its id is so long that its parts would have none. Add it to the queue under a shorter one.',
  'is-debt': 'A debt has one owner and one day, so it is not split. Remove the workaround, or put the day off.',
  'requirement-too-long': 'A line is longer than 1000 characters: shorten it.',
  'too-many-requirements': 'There are more lines than one item can be split into: at most 100.',
};

function problem(text: string): FormAnswer {
  return { errors: { [decomposeForm.requirements]: text } };
}
