import { standingMutes } from '../../../noise/mute-component.ts';
import type { Message } from '../cards/failure-card.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { standingMuteText } from '../mute-texts.ts';
import type { SlackPorts } from './slack-ports.ts';

const shown = 20;

/** `/failure mute` alone: what nobody hears of now. */
export async function showMutes(ports: Pick<SlackPorts, 'mutes' | 'now'>): Promise<Message> {
  const mutes = await standingMutes(ports);
  if (mutes.length === 0) {
    const words = 'Nothing is muted. `/failure mute shop 2h deploying` mutes a component.';
    return { text: words, blocks: [mrkdwn(words)] };
  }
  const rest = mutes.length - shown;
  return {
    text: 'What is muted',
    blocks: [
      mrkdwn('*What is muted; what ends soonest comes first*'),
      ...mutes.slice(0, shown).map((mute) => mrkdwn(standingMuteText(mute))),
      ...(rest > 0 ? [mrkdwn(`… and ${rest} more`)] : []),
    ],
  };
}
