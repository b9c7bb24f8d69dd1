import type { ActionsBlock, Checkboxes, ContextBlock, KnownBlock, PlainTextOption } from '@slack/types';
import { type Box, type Checklist, heldBy, isDone, isTicked } from '../../../checklist/checklist.ts';
import { type Phase, phases } from '../../../checklist/phases.ts';
import { escapeMrkdwn } from '../escape.ts';
import { encodeTicks } from '../tick-ids.ts';
import { encodeToolAction, ticksActionId } from '../tool-action-ids.ts';
import { inFull, label, type Placed, whoTicked } from './checklist-details.ts';
import type { Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { actorMrkdwn, dateMrkdwn } from './rich-text.ts';

/** Slack takes so many check boxes in one element. */
const mostOptions = 10;
export const phaseTitles: Record<Phase, string> = {
  before: 'Before you change anything',
  during: 'While you change it',
  after: 'Afterwards',
};

/** A component's checklist, as it is now: check boxes that everybody who sees it can tick. `drawn` differs each time. */
export function checklistMessage(
  checklist: Checklist,
  {
    title,
    drawn,
    isPublic = true,
    isOver = false,
    isGateShut,
  }: {
    title: string;
    drawn: string;
    isPublic?: boolean;
    /** A newer one was started since. */
    isOver?: boolean;
    /** By this checklist, at this moment. */
    isGateShut: boolean;
  },
): Message {
  const { component, number, boxes, by, at, closed } = checklist;
  const name = escapeMrkdwn(title);
  const heading = `Checklist ${number} of ${name}`;
  const ticked = boxes.filter((_, place) => isTicked(checklist, place)).length;
  const lines = [
    `${isDone(checklist) ? '✅' : '📋'} *${heading}* · ${ticked} of ${boxes.length} ticked`,
    `Started by ${actorMrkdwn(by)}, ${dateMrkdwn(at)}`,
    ...(isOver ? [] : stateLines(checklist, name, isGateShut)),
  ];
  return {
    text: `${heading}: ${ticked} of ${boxes.length} ticked`,
    blocks: [
      mrkdwn(lines.join('\n')),
      ...phases.flatMap((phase) => phaseBlocks(checklist, phase, drawn)),
      ...(closed || isOver ? [] : [buttons({ checklist, holds: isGateShut && heldBy(checklist).length > 0 })]),
      ...(isPublic
        ? []
        : [context(`Only you see this. \`/failure checklist ${component} --public\` lets others tick along.`)]),
    ],
  };
}

function stateLines(checklist: Checklist, name: string, isGateShut: boolean): string[] {
  const { closed } = checklist;
  if (closed) return [`Closed by ${actorMrkdwn(closed.by)}, ${dateMrkdwn(closed.at)}`];
  const held = heldBy(checklist);
  if (held.length === 0) return [];
  if (!isGateShut)
    return [`The gate of ${name} was opened by hand, although not every ❗ is ticked: ${held.length} to go`];
  return [`🚧 The gate of ${name} is shut until every ❗ is ticked: ${held.length} to go`];
}

function phaseBlocks(checklist: Checklist, phase: Phase, drawn: string): KnownBlock[] {
  const placed = checklist.boxes.map((box, place) => ({ box, place })).filter(({ box }) => box.phase === phase);
  const groups: (typeof placed)[] = [];
  for (let from = 0; from < placed.length; from += mostOptions) groups.push(placed.slice(from, from + mostOptions));
  const details = [whoTicked(checklist, placed), ...inFull(placed, checklist.component)].filter(
    (words) => words !== '',
  );
  return [
    mrkdwn(`*${phaseTitles[phase]}*`),
    ...groups.map((group, index) => boxesBlock(checklist, group, `${drawn}-${phase}${index}`)),
    ...(details.length > 0 ? [context(details.join('\n'))] : []),
  ];
}

function boxesBlock(checklist: Checklist, group: Placed[], drawn: string): ActionsBlock {
  const { component, number } = checklist;
  const options = group.map(({ box, place }) => optionOf(box, place));
  const shown = group.map(({ place }) => place).filter((place) => isTicked(checklist, place));
  const initial = options.filter(({ value }) => shown.includes(Number(value)));
  const element: Checkboxes = {
    type: 'checkboxes',
    action_id: ticksActionId,
    options,
    ...(initial.length > 0 && { initial_options: initial }),
  };
  return { type: 'actions', block_id: encodeTicks({ component, number, shown, drawn }), elements: [element] };
}

function optionOf(box: Box, place: number): PlainTextOption & { value: string } {
  return { text: { type: 'plain_text', text: label(box, place), emoji: true }, value: String(place) };
}

function buttons({ checklist, holds }: { checklist: Checklist; holds: boolean }): ActionsBlock {
  const { component, number, boxes } = checklist;
  const opens = holds ? ' Its gate opens, although not every ❗ is ticked.' : '';
  const isGuarded = boxes.some(({ required }) => required);
  const shuts = isGuarded ? ' The gate is shut until every ❗ of the new one is ticked.' : '';
  return {
    type: 'actions',
    elements: [
      {
        type: 'button',
        ...encodeToolAction({ do: 'checklist-anew', component, number }),
        text: { type: 'plain_text', text: 'Start anew', emoji: true },
        accessibility_label: `Close this checklist of ${component} and start a new one`.slice(0, 75),
        confirm: question('Start a new one?', `This one is closed as it is, and kept.${shuts}`, 'Start anew'),
      },
      {
        type: 'button',
        ...encodeToolAction({ do: 'checklist-close', component, number }),
        text: { type: 'plain_text', text: 'Close', emoji: true },
        accessibility_label: `Close this checklist of ${component}`.slice(0, 75),
        confirm: question(
          'Close this checklist?',
          `It is kept as it is; nobody can tick on it any more.${opens}`,
          'Close it',
        ),
      },
    ],
  };
}

export function question(title: string, words: string, yes: string) {
  return {
    title: { type: 'plain_text' as const, text: title },
    text: { type: 'plain_text' as const, text: words },
    confirm: { type: 'plain_text' as const, text: yes },
    deny: { type: 'plain_text' as const, text: 'Back' },
  };
}

export function context(words: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: words }] };
}
