import type { ModalView } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import { clip, escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import { form, paragraph, smallPrint } from './form-parts.ts';

export const shutdownForm = { callbackId: 'kintsugi.shutdown' } as const;

/** Says by name what would be stopped, before anybody is asked to approve it. */
export function shutdownModal(
  { id, episode, title }: Pick<Failure, 'id' | 'episode' | 'title'>,
  { stops, approvals, minutes }: { stops: { name: string; title: string }[]; approvals: number; minutes: number },
): ModalView {
  const names = stops.map(
    ({ name, title }) => `• ${escapeMrkdwn(title)}${title === name ? '' : ` (${escapeMrkdwn(name)})`}`,
  );
  return form({
    callbackId: shutdownForm.callbackId,
    title: 'Emergency shutdown',
    submit: 'Ask for it',
    metadata: { failureId: id, episode },
    blocks: [
      paragraph(`🚨 *${id}*: ${escapeAndClip(oneLine(title), 300)}`),
      paragraph(
        clip(
          `*It would stop ${stops.length === 1 ? 'this' : `these ${stops.length}`}:*\n${names.join('\n')}`,
          limits.sectionText,
        ),
      ),
      paragraph(
        `Nothing is stopped yet. ${approvals} other people must approve it in the card’s thread within ${minutes} minutes. *Restart* brings everything back and checks it.`,
      ),
      smallPrint('What depends on it goes with it: the list comes from kintsugi.yml.'),
    ],
  });
}
