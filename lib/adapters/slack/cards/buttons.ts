import type { ActionsBlock, Button } from '@slack/types';
import type { FailureId } from '../../../failure/failure.ts';
import type { CardButton } from '../../../response/protocol.ts';
import { type Action, encodeAction } from '../action-ids.ts';
import { buttonTexts } from '../texts.ts';

type From = Extract<Action, { from: unknown }>['from'];

/** A card never has more. */
const most = 4;

export function failureButtons(
  buttons: CardButton[],
  { failureId, episode, from, blockId }: { failureId: FailureId; episode: number; from: From; blockId: string },
): ActionsBlock[] {
  if (buttons.length === 0) return [];
  const [first] = buttons;
  const elements = buttons.slice(0, most).map(
    (button): Button => ({
      type: 'button',
      ...encodeAction({ do: button, failureId, episode, from }),
      text: { type: 'plain_text', text: buttonTexts[button], emoji: true },
      ...(button === first && button !== 'reopen' && from.place !== 'list' && { style: 'primary' as const }),
      accessibility_label: `${buttonTexts[button]} ${failureId}`,
    }),
  );
  return [{ type: 'actions', block_id: blockId, elements }];
}
