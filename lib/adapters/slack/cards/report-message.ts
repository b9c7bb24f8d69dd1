import type { KnownBlock, RichTextBlockElement, RichTextSection } from '@slack/types';
import { isPerson } from '../../../failure/ids.ts';
import { outcomeWords } from '../../../recovery/outcome-words.ts';
import { stateOf, whatRun } from '../../../report/attempted-fixes.ts';
import type { Report } from '../../../report/read-report.ts';
import { reportFields } from '../../../report/report-text.ts';
import { buttonTexts } from '../button-texts.ts';
import { clip, clipStart, oneLine } from '../escape.ts';
import { actionButton, failureButtons } from './buttons.ts';
import { failureCard, type Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { actor, bullets, date, preformatted, richText, section, text } from './rich-text.ts';

const shownEntries = 15;
const shownFixes = 5;

/** `/failure show`: the card's own words, then the rest of the report, the timeline, and the buttons that fit now. */
export function reportMessage({ view, timeline, cardPermalink, link: address, tried, text: written }: Report): Message {
  const { failureId, episode, plan } = view;
  const card = failureCard({ ...view, plan: { ...plan, buttons: [], hasMore: false } }, { blockId: failureId });
  const words = [
    ...(cardPermalink ? [`<${cardPermalink}|Open the card>`] : []),
    ...(address ? [`Link: <${address}>`] : []),
  ];
  const link = words.length > 0 ? [mrkdwn(words.join(' · '))] : [];
  return {
    text: card.text,
    blocks: [
      ...card.blocks,
      { type: 'divider' },
      ...reportBlocks(
        written ? { ...view.report, whatHappened: written.whatHappened } : view.report,
        view.outcomes,
        tried,
      ),
      ...writtenBlocks(written),
      timelineBlock(timeline),
      ...link,
      ...failureButtons(plan.buttons, {
        failureId,
        episode,
        from: { place: 'show' },
        blockId: `show/${failureId}`,
        hasMore: plan.hasMore,
        confirms: plan.confirms,
      }),
      ...(view.status === 'merged' || plan.buttons.includes('edit') ? [] : [editButton(view)]),
    ],
  };
}

function editButton({ failureId, episode }: Report['view']): KnownBlock {
  const action = { do: 'edit', failureId, episode, from: { place: 'show' } } as const;
  const button = actionButton(action, buttonTexts.edit, failureId);
  return { type: 'actions', block_id: `show/${failureId}/edit`, elements: [button] };
}

const shownFields = ['rootCause', 'fixedBy', 'immediate', 'shortTerm', 'longTerm', 'lessons', 'prevention'] as const;

/** What people wrote in its report; the export has it whole. */
function writtenBlocks(written: Report['text']): KnownBlock[] {
  const lines = shownFields.flatMap((field) => {
    const words = oneLine(written?.[field] ?? '');
    return words ? [section(text(`${reportFields[field]}: `, { bold: true }), text(clip(words, 300)))] : [];
  });
  return lines.length > 0 ? [richText(bullets(lines))] : [];
}

function reportBlocks(
  report: Report['view']['report'],
  outcomes: Report['view']['outcomes'],
  runs: Report['tried'],
): KnownBlock[] {
  const { whatHappened, error, customerImpacting, attemptedFixes, state, workItem, git, labels, links, reportedBy } =
    report;
  const facts: [string, string | undefined][] = [
    ['Customers', customerImpacting === undefined ? undefined : customerImpacting ? 'affected' : 'not affected'],
    ['System', state?.system],
    ['Workaround', state?.workaround],
    ['Data impact', state?.dataImpact],
    ['Exit code', error?.exitCode?.toString()],
    ['Work item', workItem && [workItem.id, workItem.title].filter(Boolean).join(' ')],
    [
      'Git',
      git &&
        [git.branch, git.head, git.dirty ? 'uncommitted changes' : '', git.checkpoint && `checkpoint ${git.checkpoint}`]
          .filter(Boolean)
          .join(', '),
    ],
    [
      'Labels',
      labels &&
        Object.entries(labels)
          .map(([name, value]) => `${name}=${value}`)
          .join(', '),
    ],
    ['Links', links?.map(({ title, url }) => `${title}: ${url}`).join(', ')],
  ];
  const reporter = reportedBy ? [section(text('Reported by: ', { bold: true }), actor(reportedBy))] : [];
  const known = facts.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const elements: RichTextBlockElement[] = [
    section(text('What happened', { bold: true })),
    preformatted(clip(whatHappened, 1000)),
    ...(error?.stack ? [section(text('Stack', { bold: true })), preformatted(clipStart(error.stack, 1000))] : []),
    ...(known.length + reporter.length === 0
      ? []
      : [
          bullets([
            ...known.map(([name, value]) =>
              section(text(`${name}: `, { bold: true }), text(clip(oneLine(value), 200))),
            ),
            ...reporter,
          ]),
        ]),
    ...triedBefore(attemptedFixes, outcomes, runs),
  ];
  return [richText(...elements)];
}

/** What the reporter tried, each recovery of this episode with who decided it, and how often they worked over all episodes. */
function triedBefore(
  fixes: Report['view']['report']['attemptedFixes'],
  outcomes: Report['view']['outcomes'],
  runs: Report['tried'],
): RichTextBlockElement[] {
  const lines = [
    ...fixes
      .slice(-shownFixes)
      .map(({ what, result }) => section(text(`${clip(oneLine(what), 150)}: ${clip(oneLine(result), 150)}`))),
    ...runs.slice(-shownFixes).map(runLine),
    ...outcomes.map((outcome) => section(text(outcomeWords(outcome)))),
  ];
  if (lines.length === 0) return [section(text('Tried before', { bold: true }), text(': nothing yet'))];
  const left = Math.max(0, fixes.length - shownFixes) + Math.max(0, runs.length - shownFixes);
  const heading = text('Tried before', { bold: true });
  return [section(heading, ...(left > 0 ? [text(` (${left} earlier left out)`)] : [])), bullets(lines)];
}

/** People as elements of their own: words from outside name nobody. */
function runLine(run: Report['tried'][number]): RichTextSection {
  const { requestedBy, approvals, id } = run;
  const [asked, people] = [isPerson(requestedBy) ? 'asked for by ' : 'proposed by ', actor(requestedBy)];
  const declined = run.state === 'declined' ? [text(' Declined by '), actor(run.declinedBy), text('.')] : [];
  const state = run.state === 'declined' ? run.reason : stateOf(run, (by) => by);
  return section(
    text(`${clip(oneLine(whatRun(run)), 100)} (${id}), ${asked}`),
    people,
    text(`: ${clip(oneLine(state), 150)}`),
    ...declined,
    ...(approvals.length > 0 ? [text(' Approved by ')] : []),
    ...approvals.flatMap(({ by, at }, index) => [...(index > 0 ? [text(', ')] : []), actor(by), text(' '), date(at)]),
  );
}

function timelineBlock(timeline: Report['timeline']): KnownBlock {
  const shown = timeline.slice(-shownEntries);
  const left = timeline.length - shown.length;
  return richText(
    section(text('Timeline', { bold: true }), ...(left > 0 ? [text(` (${left} earlier left out)`)] : [])),
    bullets(
      shown.map((entry) => section(date(entry.at), text(` ${clip(oneLine(entry.text), 120)} · `), actor(entry.by))),
    ),
  );
}
