import type { Box, Checklist } from '../../../checklist/checklist.ts';
import { clip, escapeMrkdwn, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import { actorMrkdwn, dateMrkdwn } from './rich-text.ts';

/** Below the boxes of a phase; Slack takes 3,000 characters there, and about 12,000 in a message, after escaping. */
const mostInFull = 1400;
const mostPeople = 6;

/** A box and its place in the list. */
export interface Placed {
  box: Box;
  place: number;
}

/** Its number tells it apart below, where who ticked it stands. */
export function label({ text, required, learned }: Box, place: number): string {
  const marks = `${required ? '❗ ' : ''}${learned ? '💡 ' : ''}`;
  return clip(`${place + 1}. ${marks}${oneLine(text)}`, limits.optionText);
}

/** "1, 2 ✓ Ada at 10:03 · 4 ✓ Bob at 10:10": in the order of the list, those of one person together. */
export function whoTicked({ ticks }: Checklist, placed: Placed[]): string {
  const groups: { numbers: number[]; by: string; at: string }[] = [];
  for (const { place } of placed) {
    const tick = ticks[String(place)];
    if (!tick) continue;
    const known = groups.find(({ by }) => by === tick.by);
    if (!known) groups.push({ numbers: [place + 1], ...tick });
    else {
      known.numbers.push(place + 1);
      if (tick.at > known.at) known.at = tick.at;
    }
  }
  const shown = groups.slice(0, mostPeople);
  const left = groups.slice(mostPeople).flatMap(({ numbers }) => numbers);
  return [
    ...shown.map(({ numbers, by, at }) => `✓ ${numbers.join(', ')} by ${actorMrkdwn(by)}, ${dateMrkdwn(at)}`),
    ...(left.length > 0 ? [`✓ ${left.join(', ')} by others`] : []),
  ].join(' · ');
}

/** What a box has no room for, and where it was learned. */
export function inFull(placed: Placed[], component: string): string[] {
  const lines = placed.flatMap(({ box, place }) => {
    const isCut = label(box, place).endsWith('…');
    const source = box.learned ? ` 💡 learned from \`${box.learned.failureId}\`` : '';
    if (!isCut && source === '') return [];
    return [`${place + 1}.${isCut ? ` ${escapeMrkdwn(oneLine(box.text))}` : ''}${source}`];
  });
  let length = 0;
  const shown = lines.filter((line) => {
    length += Array.from(line).length;
    return length <= mostInFull;
  });
  const left = lines.length - shown.length;
  return left === 0 ? shown : [...shown, `… and ${left} more in full: \`kintsugi checklist ${component}\``];
}
