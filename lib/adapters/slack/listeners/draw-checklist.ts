import type { Checklist } from '../../../checklist/checklist.ts';
import { isHolding } from '../../../checklist/keep-checklist-gate.ts';
import { componentNames } from '../../../response/card-content.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { checklistMessage } from '../cards/checklist-message.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { withNames } from '../public-answer.ts';
import { unreadableIn } from './readable-in.ts';
import type { SlackPorts } from './slack-ports.ts';

/**
 * A checklist as it is now, in place of the message in which somebody pressed. `seenIn`: the channel in which everybody sees that;
 * none when only one person does. `news` is said by itself: whoever pressed at the end of a long message does not see its head.
 */
export async function drawChecklist(
  ports: SlackPorts,
  checklist: Checklist,
  {
    seenIn,
    isOver = false,
    isOffered = seenIn === undefined,
    news,
  }: {
    seenIn: string | undefined;
    isOver?: boolean;
    /** Says how others can tick along. */
    isOffered?: boolean;
    news?: string | undefined;
  },
): Promise<PrivateAnswer> {
  const { component, number, rev } = checklist;
  const draw = async (): Promise<PrivateAnswer> => {
    const { title } = componentNames(ports.policy, component);
    const drawn = ports.ids.actionId().slice(0, 8);
    const [readable, isGateShut] = await Promise.all([
      asReadableIn(ports, checklist, seenIn),
      isHolding(ports, checklist),
    ]);
    const shown = checklistMessage(readable, { title, drawn, isOver, isGateShut, isPublic: !isOffered });
    // People by name: who ticked is not rung with each press.
    const { message } = await withNames(ports, shown);
    return { ...message, replaces: true, newer };
  };
  const newer = async () => {
    const now = await ports.checklists.get(component, number);
    return now && now.rev !== rev ? drawChecklist(ports, now, { seenIn, isOver }) : undefined;
  };
  return news ? { text: news, blocks: [mrkdwn(news)], newer: draw } : await draw();
}

/** What a failure taught whose card not everybody there may read is not said to all. */
async function asReadableIn(ports: SlackPorts, checklist: Checklist, seenIn: string | undefined): Promise<Checklist> {
  if (seenIn === undefined) return checklist;
  const ids = checklist.boxes.flatMap(({ learned }) => (learned ? [learned.failureId] : []));
  const hidden = await unreadableIn(ports, seenIn, ids);
  const text = `Learned from a failure in a private channel: /failure checklist ${checklist.component}`;
  const boxes = checklist.boxes.map(({ learned, ...box }) => {
    if (!learned) return box;
    return hidden.has(learned.failureId) ? { ...box, text } : { ...box, learned };
  });
  return { ...checklist, boxes };
}
