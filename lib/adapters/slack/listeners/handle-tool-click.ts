import { openGate } from '../../../gate/open-gate.ts';
import { type MoveOutcome, moveAhead } from '../../../work/move-ahead.ts';
import { escapeMrkdwn } from '../escape.ts';
import { gateModal } from '../modals/gate-modal.ts';
import { priorityModal } from '../modals/priority-modal.ts';
import type { ToolAction } from '../tool-action-ids.ts';
import type { ClickAnswer } from './handle-click.ts';
import { showGates } from './show-gates.ts';
import { showQueue } from './show-queue.ts';
import type { SlackPorts } from './slack-ports.ts';

/** What the buttons of the queue and of the gates do: each draws its message anew, or opens a form. */
export async function handleToolClick(ports: SlackPorts, action: ToolAction, by: string): Promise<ClickAnswer> {
  switch (action.do) {
    case 'queue-page':
      return { ...(await showQueue(ports, action.query)), replaces: true };
    case 'work-up':
    case 'work-top': {
      const { id, was, query } = action;
      const to = action.do === 'work-up' ? 'up' : 'top';
      const { component } = query;
      const outcome = await moveAhead(ports, { id, was, to, by, ...(component && { component }) });
      return { ...(await showQueue(ports, query, movedText(outcome, id))), replaces: true };
    }
    case 'work-priority': {
      const stored = await ports.work.get(action.id);
      return stored ? { open: priorityModal(stored.item) } : { text: movedText({ kind: 'unknown' }, action.id) };
    }
    case 'gate-open': {
      const { scope, id, query } = action;
      const opened = await openGate(ports, { scope, id, by });
      ports.log('gate opened by hand', { scope, holder: id, by, holders: opened.length });
      return { ...(await showGates(ports, query)), replaces: true };
    }
    case 'gate-shut':
      return { open: gateModal({ scope: action.scope, openedAt: ports.now().toISOString() }) };
    default:
      return action satisfies never;
  }
}

function movedText(outcome: MoveOutcome, itemId: string): string {
  const id = `\`${escapeMrkdwn(itemId)}\``;
  switch (outcome.kind) {
    case 'moved':
      return `${id} moved ahead: its priority is ${outcome.item.priority} now.`;
    case 'unchanged':
    case 'first':
      return `${id} is the first already.`;
    case 'no-room':
      return `${id} cannot go further: what is before it has priority 0. Give that one a higher number.`;
    case 'changed-since':
      return `${id} has another priority than the list showed. This is the list as it is now.`;
    case 'over':
      return outcome.item.state === 'in-progress'
        ? `${id} is being worked on by now.`
        : `${id} is ${outcome.item.state} by now.`;
    case 'unknown':
      return `${id} is not in the queue any more.`;
    default:
      return outcome satisfies never;
  }
}
