import type { KnownBlock, RichTextElement, RichTextSection } from '@slack/types';
import { isPerson } from '../../../failure/ids.ts';
import { isProposal } from '../../../recovery/approvals.ts';
import type { Approval, RecoveryRun } from '../../../recovery/run.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import { missingApprovals } from '../../../response/card-content.ts';
import type { ApprovalView } from '../../../response/content.ts';
import type { Level } from '../../../signal/signal.ts';
import { approverWords, missingWords, tooFewWords } from '../approval-words.ts';
import { buttonTexts } from '../button-texts.ts';
import { clip, clipMrkdwn, escapeAndClip, oneLine } from '../escape.ts';
import { levelName } from '../level-words.ts';
import { actionButton } from './buttons.ts';
import type { Calls, Message } from './failure-card.ts';
import { planPreview } from './plan-preview.ts';
import { actor, bullets, date, type NameOf, richText, section, text } from './rich-text.ts';

const shownPaths = 8;
/** What is stopped or started again is shown whole: nobody approves what they were not shown. */
const shownComponents = 50;
const untouched = text('. Nothing was touched.');

/** Asks for the yes of other people, and says in the end who gave it and what came of it. */
export function approvalMessage(
  view: ApprovalView,
  { mention, nameOf, blockId }: Calls & { blockId: string },
): Message {
  const { run, componentTitle, failureTitle, level, worstLevel } = view;
  const { icon, words } = heading(run);
  const name = `${strategyName(run.strategy)}: ${componentTitle}`;
  const plan = 'plan' in run ? run.plan : undefined;
  const end = outcomeLine(run, nameOf);
  return {
    text: `${icon} ${escapeAndClip(`${words}: ${name}`, 300)} (${run.failureId}, ${run.id})`,
    blocks: [
      richText(
        section(text(`${icon} ${words} · ${clip(name, 150)}`, { bold: true })),
        section(
          ...askedFor(run, nameOf),
          text(` · level ${level}, ${levelName(level).toLowerCase()}${beforeWords(worstLevel)} · `),
          text(run.id, { code: true }),
        ),
        section(text(clip(oneLine(failureTitle), 200), { italic: true })),
        ...(plan
          ? planPreview(plan, run.strategy === 'shutdown' || run.strategy === 'restart' ? shownComponents : shownPaths)
          : []),
      ),
      richText(
        ...changedLine(run),
        ...(run.approvals.length > 0 ? [bullets(run.approvals.map((one) => yesLine(one, nameOf)))] : []),
        ...(end ? [end] : []),
        ...(run.state === 'awaiting-approval' ? [whatIsMissing(run), ...tooFew(run)] : []),
      ),
      ...(run.state === 'awaiting-approval' && !view.isOver
        ? waiting(view, run, { mention, ...(nameOf && { nameOf }), blockId })
        : []),
    ].filter((block) => block.type !== 'rich_text' || block.elements.length > 0),
  };
}

const beforeWords = (worstLevel: Level | undefined): string =>
  worstLevel ? ` (level ${worstLevel} before, which decides how many approve)` : '';

/** Whoever read the first plan must know that this is another one. */
function changedLine(run: RecoveryRun): RichTextSection[] {
  if (run.state !== 'awaiting-approval' || !run.planChanges) return [];
  return [
    section(
      text('⚠️ The plan changed.', { bold: true }),
      text(' What was approved before does not count for this one.'),
    ),
  ];
}

type Awaiting = Extract<RecoveryRun, { state: 'awaiting-approval' }>;

function heading(run: RecoveryRun): { icon: string; words: string } {
  switch (run.state) {
    case 'requested':
    case 'awaiting-approval':
      return { icon: '✋', words: 'Approval needed' };
    case 'running':
    case 'succeeded':
    case 'lost':
      return { icon: '✅', words: 'Approved' };
    case 'failed':
      // What failed before its go was never let loose.
      return run.startedAt ? { icon: '✅', words: 'Approved' } : { icon: '⚠️', words: 'No approval needed any more' };
    case 'declined':
      return { icon: '🚫', words: 'Declined' };
    case 'cancelled':
      return { icon: '🚫', words: 'Cancelled' };
    case 'expired':
      return { icon: '⌛', words: 'Expired' };
    default:
      return run satisfies never;
  }
}

/** What nobody asked for is a proposal of the protocol: one level up, people decide. */
function askedFor(run: RecoveryRun, nameOf: NameOf | undefined): RichTextElement[] {
  const what = run.dryRun ? 'Dry run' : strategyName(run.strategy);
  if (!isPerson(run.requestedBy)) return [text(`Proposed by Kintsugi at this level, `), date(run.requestedAt)];
  return [text(`${what} was asked for by `), actor(run.requestedBy, nameOf), text(', '), date(run.requestedAt)];
}

function yesLine({ by, at }: Approval, nameOf: NameOf | undefined): RichTextSection {
  return section(text('Approved by '), actor(by, nameOf), text(', '), date(at));
}

function outcomeLine(run: RecoveryRun, nameOf: NameOf | undefined): RichTextSection | undefined {
  switch (run.state) {
    case 'requested':
    case 'awaiting-approval':
      return undefined;
    case 'running':
    case 'succeeded':
    case 'lost':
      return section(text('Released, '), date(run.startedAt), text('. What it does is in its own message.'));
    case 'failed':
      return run.startedAt
        ? section(text('Released, '), date(run.startedAt), text('. What it did is in its own message.'))
        : section(text(clip(oneLine(run.reason), 300)));
    case 'declined':
      return section(text('Declined by '), actor(run.declinedBy, nameOf), text(', '), date(run.endedAt), untouched);
    case 'cancelled':
      return section(
        ...(run.cancelledBy && isPerson(run.cancelledBy)
          ? [text('Cancelled by '), actor(run.cancelledBy, nameOf), text(', ')]
          : []),
        date(run.endedAt),
        text(`: ${clip(oneLine(run.reason), 300)}`),
      );
    case 'expired':
      return section(date(run.endedAt), text(`: ${clip(oneLine(run.reason), 300)}`));
    default:
      return run satisfies never;
  }
}

function whatIsMissing(run: Awaiting): RichTextSection {
  return section(text(`${missingWords(missingApprovals(run))} Expires `), date(run.expiresAt), text('.'));
}

function tooFew(run: Awaiting): RichTextSection[] {
  const words = tooFewWords({ ...run, isProposed: isProposal(run) });
  return words ? [section(text(words, { bold: true }))] : [];
}

function waiting(
  { run: { failureId, episode, id: runId }, mayApprove }: ApprovalView,
  run: Awaiting,
  { mention, nameOf, blockId }: Calls & { blockId: string },
): KnownBlock[] {
  const subject = { failureId, episode, from: { place: 'thread' as const }, runId };
  return [
    ...(mention
      ? [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: `${mention} please decide.` } }]
      : []),
    {
      type: 'actions',
      // Slack wants a new one when what stands in it changed: a button of an older plan is not this one.
      block_id: `${blockId}/${run.plan.hash.slice(0, 16)}`,
      elements: [
        {
          ...actionButton({ do: 'approve', ...subject, planHash: run.plan.hash }, buttonTexts.approve, runId),
          style: 'primary',
        },
        { ...actionButton({ do: 'decline', ...subject }, buttonTexts.decline, runId), style: 'danger' },
        actionButton({ do: 'cancel', ...subject }, buttonTexts.cancel, runId),
      ],
    },
    { type: 'context', elements: [{ type: 'mrkdwn', text: clipMrkdwn(approverWords(mayApprove, nameOf), 1500) }] },
  ];
}
