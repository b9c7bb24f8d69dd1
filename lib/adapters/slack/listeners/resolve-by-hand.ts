import { z } from 'zod';
import { type Failure, gravestLevel } from '../../../failure/failure.ts';
import type { Actor } from '../../../failure/ids.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import type { RecoveryRun } from '../../../recovery/run.ts';
import { isPending } from '../../../recovery/run-states.ts';
import { readText, resolveWithReport } from '../../../report/edit-report.ts';
import { draftFixedBy } from '../../../report/resolution-draft.ts';
import { conflictModal } from '../modals/edit-report-modal.ts';
import { resolveForm, resolveModal } from '../modals/resolve-modal.ts';
import { forbiddenText, unchangedText } from '../refusal-texts.ts';
import { atField, firstField, ReportSubject, readTyped } from './edit-report-by-hand.ts';
import { type Form, parseMetadata } from './form.ts';
import type { ClickAnswer, FailureAction } from './handle-click.ts';
import { namePeople } from './name-people.ts';
import type { SlackPorts } from './slack-ports.ts';

type Place = FailureAction['from']['place'];
const Subject = ReportSubject.extend({ place: z.string().max(20).default('card') });

/** What ended, or is being mended at this moment, is said at once, and its card is brought up to date. */
export async function openResolve(
  ports: SlackPorts,
  failure: Failure,
  { by, place }: { by: Actor; place: Place },
): Promise<ClickAnswer> {
  const runs = await ports.runs.list(failure.id);
  const holder = failure.status === 'recovering' ? runs.find(({ id }) => id === failure.runId) : undefined;
  const hindrance = await hindranceTo(ports, failure, { holder, by });
  if (hindrance) {
    await ports.hints.notify({ failureId: failure.id });
    return { text: hindrance };
  }
  const text = await readText(ports, failure);
  return { open: resolveModal(failure, { text, fixedBy: draftFixedBy(failure, runs), waiting: holder, place }) };
}

async function hindranceTo(
  ports: SlackPorts,
  failure: Failure,
  { holder, by }: { holder: RecoveryRun | undefined; by: Actor },
): Promise<string | undefined> {
  const unchanged = { kind: 'unchanged', failure } as const;
  if (failure.status === 'resolved') return unchangedText({ ...unchanged, because: 'already-resolved' });
  if (failure.status === 'merged') return unchangedText({ ...unchanged, because: 'merged' });
  if (holder && !isPending(holder)) return unchangedText({ ...unchanged, because: 'recovering' });
  const forbidden = holder && (await mayNotCallOff(ports, by)(holder, failure));
  return forbidden && forbiddenText(await namePeople(ports, forbidden));
}

/** Everybody may say that it is mended; to call off what others asked for takes who may start recoveries. */
function mayNotCallOff(ports: SlackPorts, by: Actor) {
  return async ({ requestedBy }: RecoveryRun, failure: Failure) =>
    requestedBy === by ? undefined : await mayNotStart(ports, { by, level: gravestLevel(failure) });
}

export const resolveByHand: Form = {
  callbackId: resolveForm.callbackId,
  firstField,
  async submit(ports, form, by) {
    const { place, ...subject } = parseMetadata(Subject, form);
    const typed = await readTyped(ports, form, subject);
    if ('errors' in typed) return typed;
    const done = await resolveWithReport(ports, { ...subject, mine: typed.text, by }, mayNotCallOff(ports, by));
    if ('kind' in done) return atField(form, forbiddenText(done));
    const { transition, saved, conflicts } = done;
    const { failure } = transition;
    if (failure.status !== 'resolved') {
      return atField(
        form,
        transition.kind === 'unchanged' ? unchangedText(transition) : `${failure.id} changed meanwhile.`,
      );
    }
    const isMine = failure.resolvedBy === by;
    const words = isMine
      ? `*${failure.id}* is resolved.`
      : unchangedText({ kind: 'unchanged', failure, because: 'already-resolved' });
    if (conflicts.length > 0) return { next: conflictModal(failure, { ...done, first: words }) };
    if (isMine && (place === 'card' || place === 'thread')) return { closed: true };
    const kept = !isMine && saved.length > 0 ? ' What you wrote is in its report.' : '';
    return { notice: { title: isMine ? 'Resolved' : 'Resolved already', text: words + kept } };
  },
};
