import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import { tooFewWords } from '../approval-words.ts';
import { escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { levelIcon } from '../level-words.ts';
import { form, paragraph, smallPrint } from './form-parts.ts';

export const shutdownForm = { callbackId: 'kintsugi.shutdown' } as const;

/** So many fit into one section, whatever they are called. */
const perSection = 15;

/** Says by name what would be stopped, before anybody is asked to approve it. */
export function shutdownModal(
  { id, episode, title, level }: Pick<Failure, 'id' | 'episode' | 'title' | 'level'>,
  {
    stops,
    approvals,
    minutes,
    othersWhoMay,
  }: {
    stops: { name: string; title: string }[];
    approvals: number;
    minutes: number;
    othersWhoMay?: number | undefined;
  },
): ModalView {
  const tooFew = tooFewWords({ approvalsNeeded: approvals, othersWhoMay });
  const names = stops.map(
    ({ name, title }) => `• ${escapeAndClip(title, 100)}${title === name ? '' : ` (${escapeMrkdwn(name)})`}`,
  );
  const lists = Array.from({ length: Math.ceil(names.length / perSection) }, (_, index) =>
    names.slice(index * perSection, (index + 1) * perSection),
  );
  return form({
    callbackId: shutdownForm.callbackId,
    title: 'Emergency shutdown',
    submit: 'Ask for it',
    metadata: { failureId: id, episode },
    blocks: [
      paragraph(`${levelIcon[level]} *${id}*: ${escapeAndClip(oneLine(title), 300)}`),
      paragraph(`*It would stop ${stops.length === 1 ? 'this' : `these ${stops.length}`}:*`),
      // All of them: nobody approves what they were not shown.
      ...lists.map((list) => paragraph(list.join('\n'))),
      paragraph(
        `Nothing is stopped yet. ${approvals} other people must approve it in the card’s thread within ${minutes} minutes. *Restart* brings everything back and checks it.`,
      ),
      ...(tooFew ? [paragraph(`*${tooFew}*`)] : []),
      smallPrint('What depends on it goes with it: the list comes from kintsugi.yml.'),
    ],
  });
}
