import type { KnownBlock, RichTextBlockElement, RichTextElement } from '@slack/types';
import { isPerson } from '../../../failure/ids.ts';
import type { FailedChange, RecoveryRun } from '../../../recovery/run.ts';
import { strategies } from '../../../recovery/strategies.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import type { RunView } from '../../../response/content.ts';
import { buttonTexts } from '../button-texts.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import { actionButton } from './buttons.ts';
import { duration } from './durations.ts';
import type { Calls, Message } from './failure-card.ts';
import { planPreview, sayRest } from './plan-preview.ts';
import { actor, date, type NameOf, preformatted, richText, section, text } from './rich-text.ts';
import { alone, besideTable, latestOfEach, type Room, stepsBlock, tailBlock } from './run-steps.ts';
import { runTable } from './run-table.ts';

const shownRefs = 5;
const shownChanged = 5;

/** One recovery run, from the request to its end: the same message is edited as it goes. */
export function runMessage(
  view: RunView,
  { nameOf, blockId, plainTable = false }: Calls & { blockId: string; plainTable?: boolean | undefined },
): Message {
  const { run, componentTitle } = view;
  const steps = latestOfEach(run.steps);
  const { icon, words } = heading(run);
  const room = 'table' in run && run.table ? besideTable : alone;
  const name = `${run.dryRun ? 'Dry run of ' : ''}${strategyName(run.strategy)}: ${componentTitle}`;
  return {
    text: `${escapeAndClip(name, 200)}, ${words} (${run.id})`,
    blocks: [
      richText(
        section(text(`${icon} ${clip(name, 150)} · ${words}`, { bold: true }), ...took(run)),
        section(
          text(isPerson(run.requestedBy) ? 'Asked for by ' : 'Proposed by '),
          actor(run.requestedBy, nameOf),
          text(', '),
          date(run.requestedAt),
          text(` · ${run.runner} · `),
          text(run.id, { code: true }),
        ),
        ...(run.order.undoes ? [section(text('Takes back '), text(run.order.undoes, { code: true }))] : []),
        ...run.approvals.map(({ by, at }) => section(text('Approved by '), actor(by, nameOf), text(', '), date(at))),
      ),
      ...planBlock(run, room),
      ...stepsBlock(steps, room),
      ...tailBlock(steps, room),
      ...endBlock(run, nameOf),
      ...tableBlock(run, plainTable),
      ...runButtons(view, blockId),
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
  expired: 'expired',
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
  expired: '⌛',
};

/** What only looked has not "worked": it is done. So is what nobody checked. */
function heading(run: RecoveryRun): { icon: string; words: string } {
  const { state, dryRun, strategy } = run;
  if (state === 'succeeded' && dryRun) return { icon: '👀', words: 'nothing was changed' };
  if (state === 'succeeded' && strategies[strategy].isReadOnly) return { icon: '✅', words: 'done' };
  if (state === 'succeeded' && run.unverified) return { icon: '✅', words: 'done, nothing was checked' };
  return { icon: stateIcons[state], words: stateWords[state] };
}

/** From the go to the end. */
function took(run: RecoveryRun): RichTextElement[] {
  if (!('endedAt' in run) || !('startedAt' in run) || !run.startedAt || run.state === 'lost') return [];
  return [text(` · took ${duration(Math.max(0, Date.parse(run.endedAt) - Date.parse(run.startedAt)))}`)];
}

/** What people decide on stands in the approval's message, and what was only looked at in the table. */
function planBlock(run: RecoveryRun, room: Room): KnownBlock[] {
  const plan = 'plan' in run ? run.plan : undefined;
  const isElsewhere =
    ['awaiting-approval', 'declined', 'expired'].includes(run.state) ||
    (strategies[run.strategy].isReadOnly && 'table' in run && run.table !== undefined);
  return plan ? [richText(...planPreview(plan, isElsewhere ? 0 : room.paths))] : [];
}

function endBlock(run: RecoveryRun, nameOf: NameOf | undefined): KnownBlock[] {
  // A dry run's heading says that nothing was changed, and its plan is all that came of it.
  if (!('reason' in run) || (run.dryRun && run.state === 'succeeded')) return [];
  const refs = 'refs' in run ? run.refs : [];
  const change = 'failedChange' in run ? run.failedChange : undefined;
  return [
    richText(
      section(
        ...(run.state === 'declined'
          ? [text('Declined by '), actor(run.declinedBy, nameOf), text('. Nothing was touched.')]
          : [
              ...(run.state === 'cancelled' && run.cancelledBy && isPerson(run.cancelledBy)
                ? [text('Cancelled by '), actor(run.cancelledBy, nameOf), text('. ')]
                : []),
              text(clip(oneLine(run.reason), 500)),
            ]),
      ),
      ...(change ? changeLines(change) : []),
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

/** What the failed work had changed is out of the tree and not lost. */
function changeLines({ ref, from, files, linesAdded, linesRemoved, paths }: FailedChange): RichTextBlockElement[] {
  const count = files === 1 ? '1 file' : `${files} files`;
  const shown = paths.slice(0, shownChanged).map((path) => clip(oneLine(path), 120));
  const rest = files - shown.length;
  return [
    section(
      text('The failed change: ', { bold: true }),
      text(`${count}, +${linesAdded} −${linesRemoved} lines, kept under `),
      text(clip(oneLine(ref), 150), { code: true }),
    ),
    ...(shown.length > 0
      ? [preformatted([...shown, ...sayRest(rest, from && `git diff --stat ${from} ${ref}`)].join('\n'))]
      : []),
  ];
}

function tableBlock(run: RecoveryRun, isPlain: boolean): KnownBlock[] {
  const table = 'table' in run ? run.table : undefined;
  return table ? runTable(table, { isPlain }) : [];
}

/** Until the go it can be called off, where others must approve it on their own message; after it, taken back, if the moment before is kept. */
function runButtons({ run, isOver, canUndo, undoneBy }: RunView, blockId: string): KnownBlock[] {
  if (isOver) return [];
  const { failureId, episode, id: runId } = run;
  const subject = { failureId, episode, from: { place: 'thread' as const }, runId };
  const canCancel = run.state === 'requested';
  const elements = [
    ...(canCancel ? [actionButton({ do: 'cancel', ...subject }, buttonTexts.cancel, runId)] : []),
    ...(canUndo ? [actionButton({ do: 'undo', ...subject }, buttonTexts.undo, runId)] : []),
  ];
  const undone = undoneBy ? [richText(section(text('Taken back by '), text(undoneBy, { code: true }), text('.')))] : [];
  return [
    ...undone,
    ...(elements.length > 0 ? [{ type: 'actions' as const, block_id: `${blockId}/${run.state}`, elements }] : []),
  ];
}
