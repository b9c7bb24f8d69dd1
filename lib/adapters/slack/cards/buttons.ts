import type { ActionsBlock, Button, ConfirmationDialog } from '@slack/types';
import type { FailureId } from '../../../failure/ids.ts';
import type { CardButton } from '../../../response/protocol.ts';
import { type Action, encodeAction } from '../action-ids.ts';
import { buttonTexts, confirmations } from '../button-texts.ts';

type From = Extract<Action, { from: unknown }>['from'];

/** A card never has more, besides *More…*. */
const most = 4;
/** What is pressed calmly stands out; what takes something down does so in red. */
const dangerous: readonly CardButton[] = ['shutdown'];
const plain: readonly CardButton[] = ['split', 'reopen', 'regrade'];
/** Where one row stands under the other, none stands out. */
const inLists: readonly From['place'][] = ['list', 'home'];

export function failureButtons(
  buttons: CardButton[],
  {
    failureId,
    episode,
    from,
    blockId,
    hasMore = false,
    confirms = false,
  }: { failureId: FailureId; episode: number; from: From; blockId: string; hasMore?: boolean; confirms?: boolean },
): ActionsBlock[] {
  const [first] = buttons;
  const elements = buttons.slice(0, most).map(
    (button): Button => ({
      ...actionButton({ do: button, failureId, episode, from }, buttonTexts[button], failureId, { confirms }),
      ...(button === first &&
        !plain.includes(button) &&
        !inLists.includes(from.place) && { style: 'primary' as const }),
      ...(dangerous.includes(button) && { style: 'danger' as const }),
    }),
  );
  if (hasMore) elements.push(actionButton({ do: 'more', failureId, episode, from }, buttonTexts.more, failureId));
  return elements.length > 0 ? [{ type: 'actions', block_id: blockId, elements }] : [];
}

/** One button of ours; `about` says of what, to those who hear the page. */
export function actionButton(action: Action, words: string, about: string, { confirms = false } = {}): Button {
  const confirm = confirmationOf(action, confirms);
  return {
    type: 'button',
    ...encodeAction(action),
    text: { type: 'plain_text', text: words, emoji: true },
    accessibility_label: `${words} ${about}`,
    ...(confirm && { confirm }),
  };
}

/** Slack asks once more before what cannot be taken back by pressing again, and says what will happen. */
function confirmationOf(action: Action, confirms: boolean): ConfirmationDialog | undefined {
  const asked = confirmations[action.do];
  if (!asked || (asked.whenAlone && !confirms) || ('dryRun' in action && action.dryRun)) return undefined;
  return {
    title: { type: 'plain_text', text: asked.title },
    text: { type: 'plain_text', text: asked.text },
    confirm: { type: 'plain_text', text: asked.yes },
    deny: { type: 'plain_text', text: 'Back' },
  };
}
