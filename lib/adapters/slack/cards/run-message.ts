import type { KnownBlock, RichTextSection } from '@slack/types';
import type { RecoveryRun, RunStep } from '../../../recovery/run.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import type { RunView } from '../../../response/content.ts';
import { clip, clipStart, escapeAndClip, oneLine } from '../escape.ts';
import type { Calls, Message } from './failure-card.ts';
import { actor, bullets, date, preformatted, richText, section, text } from './rich-text.ts';

const shownSteps = 15;
const shownRefs = 5;
const shownPaths = 10;

/** One recovery run, from the request to its end: the same message is edited as it goes. */
export function runMessage({ run, componentTitle }: RunView, { nameOf }: Calls): Message {
  const steps = latestOfEach(run.steps);
  const name = `${strategyName(run.strategy)}: ${componentTitle}`;
  return {
    text: `${escapeAndClip(name, 200)}, ${stateWords[run.state]} (${run.id})`,
    blocks: [
      richText(
        section(text(`${stateIcons[run.state]} ${clip(name, 150)} · ${stateWords[run.state]}`, { bold: true })),
        section(
          text('Asked for by '),
          actor(run.requestedBy, nameOf),
          text(', '),
          date(run.requestedAt),
          text(` · ${run.runner} · `),
          text(run.id, { code: true }),
        ),
      ),
      ...planBlock(run),
      ...stepsBlock(steps),
      ...tailBlock(steps),
      ...endBlock(run),
    ],
  };
}

const stateWords: Record<RecoveryRun['state'], string> = {
  requested: 'waiting for the runner',
  'awaiting-approval': 'waiting for approval',
  running: 'running',
  succeeded: 'worked',
  failed: 'failed',
  lost: 'the runner fell silent',
  cancelled: 'cancelled',
  declined: 'declined',
  expired: 'the runner did not answer',
};
const stateIcons: Record<RecoveryRun['state'], string> = {
  requested: '⏳',
  'awaiting-approval': '✋',
  running: '⏳',
  succeeded: '✅',
  failed: '❌',
  lost: '⚠️',
  cancelled: '🚫',
  declined: '🚫',
  expired: '⚠️',
};
const cells: Record<RunStep['state'], string> = { done: '🟩', started: '🟨', failed: '🟥' };

/** A step is reported when it starts and when it ends: one line, with the newest state. */
function latestOfEach(steps: RunStep[]): RunStep[] {
  const lines: RunStep[] = [];
  for (const step of [...steps].sort((a, b) => a.sequence - b.sequence)) {
    const open = lines.findLastIndex(({ name, state }) => name === step.name && state === 'started');
    const before = lines[open];
    if (before) lines[open] = { ...before, ...step };
    else lines.push(step);
  }
  return lines;
}

function planBlock(run: RecoveryRun): KnownBlock[] {
  const plan = 'plan' in run ? run.plan : undefined;
  if (!plan) return [];
  const rest = plan.total - Math.min(plan.items.length, shownPaths);
  const paths = plan.items
    .slice(0, shownPaths)
    .map(({ what, change }) => `${change.padEnd(8)} ${clip(oneLine(what), 120)}`);
  return [
    richText(
      section(text(clip(oneLine(plan.summary), 300))),
      ...(paths.length > 0 ? [preformatted([...paths, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n'))] : []),
    ),
  ];
}

function stepsBlock(steps: RunStep[]): KnownBlock[] {
  if (steps.length === 0) return [];
  const shown = steps.slice(-shownSteps);
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
      ...(left > 0 ? [section(text(`… ${left} earlier steps`))] : []),
      bullets(shown.map(stepLine)),
    ),
  ];
}

function stepLine({ name, state, detail, durationMs }: RunStep): RichTextSection {
  const took = durationMs === undefined ? '' : ` · ${duration(durationMs)}`;
  const end = state === 'failed' ? ' · failed' : state === 'started' ? ' · …' : '';
  return section(
    text(clip(oneLine(name), 100), { bold: true }),
    text(`${took}${end}${detail ? `: ${clip(oneLine(detail), 150)}` : ''}`),
  );
}

/** What the last step printed: when it failed, the reason stands at its end. */
function tailBlock(steps: RunStep[]): KnownBlock[] {
  const tail = steps.findLast(({ outputTail }) => outputTail !== undefined && outputTail.trim() !== '')?.outputTail;
  return tail ? [richText(preformatted(clipStart(tail.trimEnd(), 1500)))] : [];
}

function endBlock(run: RecoveryRun): KnownBlock[] {
  if (!('reason' in run)) return [];
  const refs = 'refs' in run ? run.refs : [];
  return [
    richText(
      section(text(clip(oneLine(run.reason), 500))),
      ...(refs.length > 0
        ? [
            section(text('Everything that was on disk before is kept in git:')),
            preformatted(
              [
                ...refs.slice(0, shownRefs).map((ref) => clip(oneLine(ref), 150)),
                ...(refs.length > shownRefs ? [`… and ${refs.length - shownRefs} more`] : []),
              ].join('\n'),
            ),
          ]
        : []),
    ),
  ];
}

function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
