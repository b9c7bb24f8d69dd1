import type { Box, Lesson } from './checklist.ts';
import type { ComponentChecklist } from './component-checklist.ts';
import { most, type Phase, phases } from './phases.ts';

/** What everybody looks at, whatever they change. */
const standard: Record<Phase, readonly string[]> = {
  before: [
    'Dependencies are running and healthy',
    'Current tests pass',
    'A checkpoint or backup is made',
    'The way back is written down',
    'What it can break is understood',
  ],
  during: [
    'Change a little at a time',
    'Test after each change',
    'Watch the logs for warnings',
    'Watch memory, disk and load',
    'Check what you take for granted',
  ],
  after: [
    'All tests pass',
    'Tried by hand',
    'Not slower than before',
    'Documentation says what is true now',
    'What was learned is in the report',
  ],
};

/**
 * The boxes of a component: what everybody looks at, what kintsugi.yml asks of it, and what its failures taught. What says the
 * same as one of those takes its place, so that a box that everybody has can be made required.
 */
export function buildBoxes(own: ComponentChecklist | undefined, lessons: Lesson[]): Box[] {
  return phases.flatMap((phase) => {
    const boxes = new Map<string, Box>();
    const add = (box: Omit<Box, 'phase'>) => {
      const said = sameness(box.text);
      if (!boxes.has(said) || !box.learned) boxes.set(said, { phase, ...box });
    };
    for (const text of standard[phase]) add({ text, required: false });
    for (const { text, required } of own?.[phase] ?? []) add({ text, required });
    if (phase === 'before') for (const box of learned(lessons)) add(box);
    return [...boxes.values()];
  });
}

/** The newest of it: what is long is read by nobody. */
function learned(lessons: Lesson[]): Omit<Box, 'phase'>[] {
  const newest = lessons.toSorted((one, other) => other.at.localeCompare(one.at) || one.key.localeCompare(other.key));
  return newest
    .flatMap(({ texts, failureId, cause }) =>
      texts.map((text) => ({ text, required: false, learned: { failureId, ...(cause && { cause }) } })),
    )
    .slice(0, most.learned);
}

/** Two that differ in case, spaces and the full stop say the same. */
function sameness(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s.!]+/gu, ' ')
    .trim();
}
