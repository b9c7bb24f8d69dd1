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

export function readMute(words: string[]): TypedMute | { problem: string } {
  const [first = '', ...rest] = words;
  const component = ComponentName.safeParse(first.replace(/^component[:=]/iu, '').toLowerCase());
  if (!component.success) {
    return { problem: `${quote(first)} cannot be a component’s name. Say it like this: \`/failure mute shop 2h\`` };
  }
  const [, typed, unit = ''] = /^(?:for )?(\d{1,4}(?:[.,]\d)?) ?(m|h|d)[a-z]*(?=\s|$)/iu.exec(rest.join(' ')) ?? [];
  if (typed === undefined) return { component: component.data, reason: rest.join(' ') };
  const forMs = Number(typed.replace(',', '.')) * (unitMs[unit.toLowerCase()] ?? 0);
  if (forMs > longestMuteMs) return { problem: muteTexts.tooLong };
  if (forMs < shortestMuteMs) return { problem: muteTexts.tooShort };
  const reason = rest.join(' ').replace(/^(?:for )?\d{1,4}(?:[.,]\d)? ?[mhd][a-z]*\s*/iu, '');
  return { component: component.data, forMs, reason };
}
