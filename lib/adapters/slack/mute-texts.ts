import type { Mute } from '../../noise/mute.ts';
import type { Muted } from '../../noise/mute-component.ts';
import { actorMrkdwn, dateMrkdwn } from './cards/rich-text.ts';
import { quote } from './did-you-mean.ts';
import { escapeAndClip, escapeMrkdwn, oneLine } from './escape.ts';

export const muteTexts = {
  what: 'All of it is recorded and counted; `/failure list` has it, and gates and work items go on as always. Level 4 and 5 come through. What is still open when it ends gets its card then.',
  more: (component: string) =>
    `*Mute*: nobody is called for ${escapeAndClip(component, 80)} for a while, and no new card of it comes.`,
  tooLong: 'A mute lasts at most 24 hours. Say a shorter time, such as `/failure mute shop 2h`; it can be muted again.',
  tooShort: 'That is too short to be worth it: 5 minutes is the least. `/failure mute shop 30m` is one that works.',
  unreadTime: (typed: string, { component, reason }: { component: string; reason: string }) => {
    const again = `mute ${component} 2h ${reason.replaceAll('`', '')}`.trim();
    return `${quote(typed)} cannot be read as a time. Write it like \`30m\`, \`2h\` or \`1d\`, at most 24 hours: \`/failure ${escapeAndClip(again, 250)}\``;
  },
  notMuted: (component: string) => `*${escapeMrkdwn(component)}* is not muted.`,
  unmuted: (component: string) =>
    `*${escapeMrkdwn(component)}* is heard again. What is still open of what was held back gets its card now.`,
} as const;

export function mutedText(outcome: Muted): string {
  switch (outcome.kind) {
    case 'muted':
    case 'changed': {
      const { component, until } = outcome.mute;
      const how = outcome.kind === 'changed' ? 'was muted already; it is now muted' : 'is muted';
      return `*${escapeMrkdwn(component)}* ${how} until ${dateMrkdwn(until)}. \`/failure unmute ${escapeMrkdwn(component)}\` ends it.`;
    }
    case 'too-long':
      return muteTexts.tooLong;
    case 'too-short':
      return muteTexts.tooShort;
    default:
      return outcome satisfies never;
  }
}

/** Where people look at what is broken they read what they do not hear of. */
export function standingMuteText({ component, until, by, reason }: Mute): string {
  const why = escapeAndClip(oneLine(reason), 200);
  return `🔕 *${escapeMrkdwn(component)}* is muted until ${dateMrkdwn(until)} by ${actorMrkdwn(by)}: ${why}`;
}
