import { type Checklist, heldBy } from '../lib/checklist/checklist.ts';
import { type Phase, phases } from '../lib/checklist/phases.ts';
import { timeOf } from './gate-words.ts';

const titles: Record<Phase, string> = {
  before: 'Before you change anything',
  during: 'While you change it',
  after: 'Afterwards',
};

/** As Markdown, so that an agent or a person can work it off. */
export function checklistText(
  checklist: Pick<Checklist, 'component' | 'boxes' | 'ticks'> & Partial<Checklist>,
  { holdsGate }: { holdsGate: boolean },
): string {
  const { component, boxes, ticks, number, by, at, closed } = checklist;
  const ticked = Object.keys(ticks).length;
  const heading =
    number === undefined || at === undefined
      ? [`# Checklist of ${component}`, '', `Nobody is at it. In Slack, \`/failure checklist ${component}\` starts it.`]
      : [
          `# Checklist ${number} of ${component}`,
          '',
          `${ticked} of ${boxes.length} ticked. Started by ${by}, ${timeOf(at)}.`,
        ];
  const held = number === undefined ? [] : heldBy({ boxes, ticks, closed });
  const rest = `${held.length} to go.`;
  const gate = holdsGate
    ? [`Its gate is shut until every (!) is ticked: ${rest}`]
    : [`Its gate was opened by hand, although not every (!) is ticked: ${rest}`];
  const sections = phases.flatMap((phase) => {
    const lines = boxes.flatMap((box, place) => {
      if (box.phase !== phase) return [];
      const tick = ticks[String(place)];
      const who = tick ? ` (${tick.by}, ${timeOf(tick.at)})` : '';
      const source = box.learned ? ` [learned from ${box.learned.failureId}]` : '';
      return [`- [${tick ? 'x' : ' '}] ${box.required ? '(!) ' : ''}${printable(box.text)}${source}${who}`];
    });
    return ['', `## ${titles[phase]}`, '', ...lines];
  });
  return [...heading, ...(held.length > 0 ? gate : []), ...sections].join('\n');
}

/** What somebody wrote must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
}
