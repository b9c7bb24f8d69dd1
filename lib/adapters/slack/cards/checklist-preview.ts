import { type Box, heldBy } from '../../../checklist/checklist.ts';
import { phases } from '../../../checklist/phases.ts';
import { escapeMrkdwn } from '../escape.ts';
import { encodeToolAction } from '../tool-action-ids.ts';
import { label } from './checklist-details.ts';
import { phaseTitles, question } from './checklist-message.ts';
import type { Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';

/** What would be on a checklist that nobody has started: starting it shuts a gate, and a look must not. */
export function checklistPreview(boxes: Box[], { component, title }: { component: string; title: string }): Message {
  const name = escapeMrkdwn(title);
  const held = heldBy({ boxes, ticks: {} }).length;
  const heading = `Nobody is at a checklist of ${name}`;
  const shuts = `shuts the gate of ${name} until ${held === 1 ? 'its ❗ is' : `all ${held} ❗ are`} ticked`;
  const placed = boxes.map((box, place) => ({ box, place }));
  return {
    text: `${heading}. Starting one ${shuts}.`,
    blocks: [
      mrkdwn(`📋 *${heading}*\nStarting one ${shuts}: no work on it is handed out meanwhile. This would be on it:`),
      ...phases.map((phase) =>
        mrkdwn(
          [
            `*${phaseTitles[phase]}*`,
            ...placed.filter(({ box }) => box.phase === phase).map(({ box, place }) => line(box, place)),
          ].join('\n'),
        ),
      ),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            ...encodeToolAction({ do: 'checklist-start', component }),
            text: { type: 'plain_text', text: 'Start checklist', emoji: true },
            style: 'primary',
            accessibility_label: `Start a checklist of ${component}`.slice(0, 75),
            confirm: question('Start it?', `It ${shuts}.`, 'Start it'),
          },
        ],
      },
    ],
  };
}

function line(box: Box, place: number): string {
  const source = box.learned ? ` · learned from \`${box.learned.failureId}\`` : '';
  return `${escapeMrkdwn(label(box, place))}${source}`;
}
