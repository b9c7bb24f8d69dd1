import type { RichTextBlockElement } from '@slack/types';
import type { RunPlan } from '../../../recovery/run.ts';
import { clip, oneLine } from '../escape.ts';
import { preformatted, section, text } from './rich-text.ts';

/** What a run would do: one line, and the first of what it is about. */
export function planPreview(plan: RunPlan, shown: number): RichTextBlockElement[] {
  const rest = plan.total - Math.min(plan.items.length, shown);
  const lines = plan.items.slice(0, shown).map(({ what, change }) => `${change.padEnd(8)} ${clip(oneLine(what), 120)}`);
  return [
    section(text(clip(oneLine(plan.summary), 300))),
    ...(lines.length > 0 ? [preformatted([...lines, ...sayRest(rest, plan.listWith)].join('\n'))] : []),
  ];
}

/** How many are not shown, and what prints them on the host. */
export function sayRest(rest: number, command: string | undefined): string[] {
  if (rest <= 0) return [];
  return [`… and ${rest} more`, ...(command === undefined ? [] : ['All of them, on the host:', oneLine(command)])];
}
