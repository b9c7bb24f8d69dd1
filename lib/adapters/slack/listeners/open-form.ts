import type { Actor } from '../../../failure/ids.ts';
import type { StoredFailure } from '../../../ports.ts';
import { cardOf } from '../../../response/card-content.ts';
import { readFacts } from '../../../response/facts.ts';
import { moreView } from '../../../response/more.ts';
import type { Action } from '../action-ids.ts';
import { mergeModal } from '../modals/merge-modal.ts';
import { moreModal } from '../modals/more-modal.ts';
import { regradeModal } from '../modals/regrade-modal.ts';
import { earlierEpisodeText, mergedText, noFailureText } from '../refusal-texts.ts';
import { openShutdown } from './ask-for-shutdown.ts';
import { openEditReport } from './edit-report-by-hand.ts';
import type { ClickAnswer } from './handle-click.ts';
import { openDecompose } from './open-decompose.ts';
import { openWorkaround } from './open-workaround.ts';
import { openResolve } from './resolve-by-hand.ts';
import type { SlackPorts } from './slack-ports.ts';
import { openSplit } from './split-by-hand.ts';

type FormAction = Pick<Extract<Action, { do: 'more' }>, 'failureId' | 'episode' | 'from'> & {
  do: 'more' | 'resolve' | 'edit' | 'workaround' | 'decompose' | 'regrade' | 'merge' | 'parts' | 'shutdown';
};

/** The form behind a button, as the failure stands now. */
export async function openForm(ports: SlackPorts, action: FormAction, by: Actor): Promise<ClickAnswer> {
  const { failureId, episode } = action;
  const stored = await ports.failures.get(failureId);
  if (!stored) return { text: noFailureText(failureId) };
  const { failure } = stored;
  // The card of an episode that is over: what is pressed there never acts on the new one.
  if (episode < failure.episode) return { text: earlierEpisodeText(failureId) };
  switch (action.do) {
    case 'more':
      return { open: moreModal(await readMore(ports, stored)) };
    case 'resolve':
      return await openResolve(ports, failure, { by, place: action.from.place });
    case 'edit':
      return await openEditReport(ports, failure);
    case 'regrade':
      return { open: regradeModal(failure) };
    case 'merge':
      return failure.status === 'merged' ? { text: mergedText(failure) } : { open: mergeModal(failure) };
    case 'parts':
      return { open: await openSplit(ports, failure) };
    case 'workaround':
      return { open: await openWorkaround(ports, failure) };
    case 'shutdown':
      return { open: await openShutdown(ports, failure, by) };
    case 'decompose': {
      const opened = await openDecompose(ports, failure);
      if ('open' in opened) return opened;
      const others = moreModal(await readMore(ports, stored), { answer: opened.instead });
      return action.from.place === 'more' ? { update: others } : { open: others };
    }
    default:
      return action.do satisfies never;
  }
}

/** The modal behind *More…* answers in itself: it is drawn anew with what came of the press. */
export async function moreAgain(
  ports: SlackPorts,
  { failureId, episode }: Pick<FormAction, 'failureId' | 'episode'>,
  answer: string,
): Promise<ClickAnswer> {
  const stored = await ports.failures.get(failureId);
  if (!stored) return { text: noFailureText(failureId) };
  // Opened from a card whose episode is over: buttons in it would act on the new one.
  if (episode < stored.failure.episode) return { text: earlierEpisodeText(failureId) };
  return { update: moreModal(await readMore(ports, stored), { answer }) };
}

async function readMore(ports: SlackPorts, stored: StoredFailure) {
  const facts = await readFacts(ports, stored.failure);
  return moreView(ports.policy, stored.failure, facts, cardOf(stored, stored.failure.episode)?.[1].place?.permalink);
}
