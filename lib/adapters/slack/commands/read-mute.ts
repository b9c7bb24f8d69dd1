import { longestMuteMs, shortestMuteMs } from '../../../noise/mute.ts';
import { ComponentName } from '../../../signal/signal.ts';
import { quote } from '../did-you-mean.ts';
import { muteTexts } from '../mute-texts.ts';

/** `mute shop 2h deploying`: time and reason may be missing, a form asks for them. */
export interface TypedMute {
  component: string;
  forMs?: number;
  reason: string;
}

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const time = /^(?:for )?(\d{1,4}(?:[.,]\d{1,2})?) ?(m|h|d|(?:min|minute|hr|hour|day)s?)(?=\s|$)\s*/iu;
/** What begins like this was meant as a time, not as the reason. */
const meantAsTime =
  /^(?:for )?(until \S+|[-+−–—~≈]*[.,]?\d\S*(?: (?:weeks?|months?|years?)(?=\s|$))?|(?:an?|one|half an?) (?:minute|hour|day|week)|for ?ever|always|indefinitely|permanently|today|tonight|tomorrow)(?=\s|$)\s*/iu;

export function readMute(all: string[]): TypedMute | { problem: string } {
  const [first = '', ...rest] = all;
  const component = ComponentName.safeParse(first.replace(/^component[:=]/iu, '').toLowerCase());
  if (!component.success) {
    return { problem: `${quote(first)} cannot be a component’s name. Say it like this: \`/failure mute shop 2h\`` };
  }
  const words = rest.join(' ');
  const [, typed, unit = ''] = time.exec(words) ?? [];
  if (typed === undefined) {
    const [whole = '', unread] = meantAsTime.exec(words) ?? [];
    if (unread === undefined) return { component: component.data, reason: words };
    return { problem: muteTexts.unreadTime(unread, { component: component.data, reason: words.slice(whole.length) }) };
  }
  const forMs = Number(typed.replace(',', '.')) * (unitMs[unit.charAt(0).toLowerCase()] ?? 0);
  if (forMs > longestMuteMs) return { problem: muteTexts.tooLong };
  if (forMs < shortestMuteMs) return { problem: muteTexts.tooShort };
  return { component: component.data, forMs, reason: words.replace(time, '') };
}
