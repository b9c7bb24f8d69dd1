import { gravestLevel } from '../../../failure/failure.ts';
import type { Actor } from '../../../failure/ids.ts';
import { FailureId } from '../../../failure/ids.ts';
import { agedPair, mergeFailures, mergeHindrance } from '../../../failure/merge-failures.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { mergedNews } from '../merge-texts.ts';
import { type Candidate, mergeForm, readMerge } from '../modals/merge-modal.ts';
import { forbiddenText } from '../refusal-texts.ts';
import { FailureSubject, type Form, parseMetadata } from './form.ts';
import { refuseForm } from './refuse-form.ts';
import type { SlackPorts } from './slack-ports.ts';

export const mergeByHand: Form = {
  callbackId: mergeForm.callbackId,
  firstField: mergeForm.other,
  async submit(ports, form, by) {
    const { failureId } = parseMetadata(FailureSubject, form);
    const read = readMerge(form.state.values);
    if ('errors' in read) return read;
    const other = FailureId.safeParse(read.other);
    const merged = other.success
      ? await mergeAs(ports, [failureId, other.data], by)
      : { isDone: false, words: 'That is no failure: choose one from the list.' };
    return merged.isDone
      ? { notice: { title: 'Merged', text: merged.words } }
      : refuseForm(merged.words, { field: mergeForm.other, typed: read.other });
  },
};

/** It decides what both of them order, so it is for those who may re-grade the worse one. */
export async function mergeAs(
  ports: SlackPorts,
  ids: readonly [FailureId, FailureId],
  by: Actor,
): Promise<{ isDone: boolean; words: string }> {
  const pair = await agedPair(ports, ...ids);
  if (!('kind' in pair)) {
    const level = [gravestLevel(pair.older), gravestLevel(pair.younger)].sort().at(-1) ?? 5;
    const forbidden = await mayNotStart(ports, { by, level });
    if (forbidden) return { isDone: false, words: forbiddenText(forbidden) };
  }
  const outcome = await mergeFailures(ports, { ids, by });
  return { isDone: outcome.kind === 'merged', words: mergedNews(outcome) };
}

/** As many open ones are offered; a typed id finds every other. */
const mostOffered = 50;

/** What the failure could be merged with: what is open of its component, what memory finds like it, and what was typed. */
export async function mergeCandidates(ports: SlackPorts, failureId: FailureId, typed: string): Promise<Candidate[]> {
  const failure = (await ports.failures.get(failureId))?.failure;
  if (!failure) return [];
  const { component } = failure;
  const { failures: open } = await ports.failures.listOpen({ component, limit: mostOffered });
  const named = FailureId.safeParse(typed.trim().toUpperCase());
  const alike = failure.similar.filter((one) => one.component === component);
  const [byId, ...similar] = await Promise.all(
    [named.data, ...alike.map((one) => one.failureId)].map(async (id) => id && (await ports.failures.get(id))?.failure),
  );
  const wanted = typed.trim().toLowerCase();
  const known = new Set<string>([failureId]);
  const candidates = [byId, ...similar, ...open.map((one) => one.failure)].flatMap((one): Candidate[] => {
    if (!one || known.has(one.id) || !`${one.id} ${one.title}`.toLowerCase().includes(wanted)) return [];
    known.add(one.id);
    const hindrance = mergeHindrance(failure, one);
    // Who names one is told why not; what cannot be chosen is not offered to the others.
    if (hindrance && one !== byId) return [];
    const { id, title, level, status } = one;
    return [{ failureId: id, title, level, status, ...(hindrance && { hindrance }) }];
  });
  return candidates;
}
