import type { KnownBlock, RichTextSection } from '@slack/types';
import { refusedStep } from '../../../recovery/decide-ready.ts';
import type { RunStep } from '../../../recovery/run.ts';
import { clip, clipStart, oneLine } from '../escape.ts';
import { duration } from './durations.ts';
import { bullets, preformatted, richText, section, text } from './rich-text.ts';

/** How much of what is shown: Slack takes about ten thousand characters a message, and a table needs its part of them. */
export interface Room {
  steps: number;
  paths: number;
  tail: number;
}
export const alone: Room = { steps: 15, paths: 10, tail: 1500 };
export const besideTable: Room = { steps: 6, paths: 5, tail: 800 };

const cells: Record<RunStep['state'], string> = { done: '🟩', started: '🟨', failed: '🟥' };

/** A step is reported when it starts and when it ends: one line, with the newest state. */
export function latestOfEach(steps: RunStep[]): RunStep[] {
  const lines: RunStep[] = [];
  for (const step of [...steps].sort((a, b) => a.sequence - b.sequence)) {
    const open = lines.findLastIndex(({ name, state }) => name === step.name && state === 'started');
    const before = lines[open];
    if (before) lines[open] = { ...before, ...step };
    else lines.push(step);
  }
  return lines;
}

export function stepsBlock(steps: RunStep[], room: Room): KnownBlock[] {
  if (steps.length === 0) return [];
  const shown = steps.slice(-room.steps);
  const left = steps.length - shown.length;
  return [
    richText(
      section(
        text(
          steps
            .slice(-40)
            .map(({ state }) => cells[state])
            .join(''),
        ),
      ),
      ...(left > 0 ? [section(text(left === 1 ? '… 1 earlier step' : `… ${left} earlier steps`))] : []),
      bullets(shown.map(stepLine)),
    ),
  ];
}

function stepLine({ name, state, detail, durationMs }: RunStep): RichTextSection {
  const took = durationMs === undefined ? '' : ` · ${duration(durationMs)}`;
  const end = state === 'failed' ? ' · failed' : state === 'started' ? ' · …' : '';
  return section(
    text(name === refusedStep ? 'The runner said no' : clip(oneLine(name), 100), { bold: true }),
    text(`${took}${end}${detail ? `: ${clip(oneLine(detail), 150)}` : ''}`),
  );
}

/** What the last step printed: when it failed, the reason stands at its end. */
export function tailBlock(steps: RunStep[], room: Room): KnownBlock[] {
  const tail = steps.findLast(({ outputTail }) => outputTail !== undefined && outputTail.trim() !== '')?.outputTail;
  return tail ? [richText(preformatted(clipStart(tail.trimEnd(), room.tail)))] : [];
}
