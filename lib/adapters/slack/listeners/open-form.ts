import type { StoredFailure } from '../../../ports.ts';
import { cardOf } from '../../../response/card-content.ts';
import { readFacts } from '../../../response/facts.ts';
import { moreView } from '../../../response/more.ts';
import type { Action } from '../action-ids.ts';
import { moreModal } from '../modals/more-modal.ts';
import { regradeModal } from '../modals/regrade-modal.ts';
import { earlierEpisodeText, noFailureText } from '../texts.ts';
import type { ClickAnswer } from './handle-click.ts';
import type { SlackPorts } from './slack-ports.ts';

type FormAction = Pick<Extract<Action, { do: 'more' }>, 'failureId' | 'episode'> & {
  do: 'more' | 'workaround' | 'decompose' | 'regrade';
};

/** The form behind a button, as the failure stands now. */
export async function openForm(ports: SlackPorts, action: FormAction): Promise<ClickAnswer> {
  const { failureId, episode } = action;
  const stored = await ports.failures.get(failureId);
  if (!stored) return { text: noFailureText(failureId) };
  const { failure } = stored;
  // The card of an episode that is over: what is pressed there never acts on the new one.
  if (episode < failure.episode) return { text: earlierEpisodeText(failureId) };
  switch (action.do) {
    case 'more':
      return { open: moreModal(await readMore(ports, stored)) };
    case 'regrade':
      return { open: regradeModal(failure) };
    default:
      return undefined;
  }
}

/** The modal behind *More…* answers in itself: it is drawn anew with what came of the press. */
export async function moreAgain(
  ports: SlackPorts,
  { failureId }: Pick<FormAction, 'failureId'>,
  answer: string,
): Promise<ClickAnswer> {
  const stored = await ports.failures.get(failureId);
  return stored ? { update: moreModal(await readMore(ports, stored), { answer }) } : { text: noFailureText(failureId) };
}

async function readMore(ports: SlackPorts, stored: StoredFailure) {
  const facts = await readFacts(ports, stored.failure);
  return moreView(ports.policy, stored.failure, facts, cardOf(stored, stored.failure.episode)?.[1].place?.permalink);
}
