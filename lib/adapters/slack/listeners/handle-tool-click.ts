import { mayNotStart } from '../../../recovery/may-start.ts';
import type { Level } from '../../../signal/signal.ts';
import { type MoveOutcome, moveAhead } from '../../../work/move-ahead.ts';
import { dateMrkdwn } from '../cards/rich-text.ts';
import { escapeMrkdwn } from '../escape.ts';
import { gateModal } from '../modals/gate-modal.ts';
import { muteModal } from '../modals/mute-modal.ts';
import { priorityModal } from '../modals/priority-modal.ts';
import { reportModal } from '../modals/report-modal.ts';
import { forbiddenText } from '../refusal-texts.ts';
import type { ToolAction } from '../tool-action-ids.ts';
import type { ClickAnswer } from './handle-click.ts';
import { unmuteAs } from './mute-by-hand.ts';
import { namePeople } from './name-people.ts';
import { openByHand } from './open-by-hand.ts';
import { reportSubject } from './report-subject.ts';
import { showBundlePage } from './show-bundle-page.ts';
import { closeAs, startAs, tickAs } from './show-checklist.ts';
import { showGates } from './show-gates.ts';
import { showQueue } from './show-queue.ts';
import { showSearch } from './show-search.ts';
import type { SlackPorts } from './slack-ports.ts';

/** A gate that is opened too early lets work into what is broken: Slack is asked as it is for a critical failure. */
export const gateLevel: Level = 4;
/** The order of the queue can be put right again. */
export const queueLevel: Level = 3;

/**
 * What the buttons of the queue and of the gates do: each draws its message anew, or opens a form. `seenIn`: the channel in which
 * everybody sees the message; none when only who pressed does.
 */
export async function handleToolClick(
  ports: SlackPorts,
  action: ToolAction,
  by: string,
  seenIn?: string,
): Promise<ClickAnswer> {
  switch (action.do) {
    case 'queue-page':
      return { ...(await showQueue(ports, action.query)), replaces: true };
    case 'search-next':
    case 'search-back':
      return { ...(await showSearch(ports, action.query)), replaces: true };
    case 'work-up':
    case 'work-top': {
      const { id, was, query } = action;
      const to = action.do === 'work-up' ? 'up' : 'top';
      const { component } = query;
      const forbidden = await mayNotStart(ports, { by, level: queueLevel });
      if (forbidden) {
        const words = forbiddenText(await namePeople(ports, forbidden));
        return { ...(await showQueue(ports, query, words)), replaces: true };
      }
      const outcome = await moveAhead(ports, { id, was, to, by, ...(component && { component }) });
      return { ...(await showQueue(ports, query, movedText(outcome, id))), replaces: true };
    }
    case 'work-priority': {
      const stored = await ports.work.get(action.id);
      return stored ? { open: priorityModal(stored.item) } : { text: movedText({ kind: 'unknown' }, action.id) };
    }
    case 'gate-open': {
      const { scope, id, shutAt, query } = action;
      const forbidden = await mayNotStart(ports, { by, level: gateLevel });
      if (forbidden) return { text: forbiddenText(await namePeople(ports, forbidden)) };
      const opened = await openByHand(ports, { scope, id, shutAt, by });
      const news = opened.length > 0 ? undefined : await unopenedText(ports, scope, id);
      return { ...(await showGates(ports, query, news)), replaces: true };
    }
    case 'home-refresh':
      // It is drawn anew after every press.
      return undefined;
    case 'home-report':
      return { open: reportModal({ summary: '', privateMetadata: reportSubject({ openedAt: ports.now() }) }) };
    case 'bundle-page':
    case 'bundle-back':
      return { ...(await showBundlePage(ports, action.query)), replaces: action.query.from !== undefined };
    case 'mute-open':
      return { open: muteModal({ component: action.component }) };
    case 'unmute':
      return { text: await unmuteAs(ports, { component: action.component, by }) };
    case 'checklist-tick':
      return await tickAs(ports, action, { by, seenIn });
    case 'checklist-start':
      return await startAs(ports, action, { by, seenIn });
    case 'checklist-anew':
    case 'checklist-close':
      return await closeAs(ports, { ...action, anew: action.do === 'checklist-anew' }, { by, seenIn });
    case 'gate-shut':
      return { open: gateModal({ scope: action.scope, openedAt: ports.now().toISOString() }) };
    default:
      return action satisfies never;
  }
}

/** It is gone, or what is there was shut after the button was drawn. */
async function unopenedText({ gates }: Pick<SlackPorts, 'gates'>, scope: string, id: string): Promise<string> {
  const { holders } = await gates.held();
  const anew = holders.find((holder) => holder.scope === scope && holder.id === id);
  return anew
    ? `That gate of *${escapeMrkdwn(scope)}* was opened, and shut anew ${dateMrkdwn(anew.shutAt ?? anew.at)}: nothing was opened now. This is why it is shut; *Open* below opens it.`
    : `That gate of *${escapeMrkdwn(scope)}* was open already.`;
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
    case 'too-far':
      return `More than a thousand items wait before ${id}. Use *To the top* or *Priority…*.`;
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
