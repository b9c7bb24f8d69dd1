import type { ActionsBlock, KnownBlock, ModalView } from '@slack/types';
import { isEnded } from '../../../failure/failure.ts';
import { strategyName } from '../../../recovery/strategy-names.ts';
import type { MoreView } from '../../../response/more.ts';
import type { OfferedStrategy } from '../../../response/offers.ts';
import type { Action } from '../action-ids.ts';
import { buttonTexts, dryRunText, moreTexts } from '../button-texts.ts';
import { actionButton } from '../cards/buttons.ts';
import { mrkdwn as words } from '../cards/mrkdwn.ts';
import { escapeAndClip, oneLine } from '../escape.ts';
import { muteTexts } from '../mute-texts.ts';
import { hindranceText } from '../refusal-texts.ts';
import { encodeToolAction } from '../tool-action-ids.ts';
import { plain } from './form-parts.ts';

const verbs = {
  'rollback-and-retry': 'rollback',
  clean: 'clean',
  shutdown: 'shutdown',
  restart: 'restart',
} as const;
type FormVerb = 'workaround' | 'decompose' | 'regrade' | 'edit' | 'merge' | 'parts';
const shownRadius = 20;

/**
 * What a card has no room for: each with one line that says what it does, and what cannot be done here with why. It answers
 * in itself: after a press its first line says what came of it.
 */
export function moreModal(view: MoreView, { answer }: { answer?: string } = {}): ModalView {
  return {
    type: 'modal',
    callback_id: 'kintsugi.more',
    title: plain(view.failureId),
    close: plain('Close'),
    blocks: [
      ...(answer ? [...said(answer, view), { type: 'divider' as const }] : []),
      about(view),
      ...look(view),
      ...mend(view),
      ...emergency(view),
      ...putRight(view),
      ...whyNot(view),
    ],
  };
}

function said(answer: string, { cardPermalink }: MoreView): KnownBlock[] {
  return [words(`${answer}${cardPermalink ? ` <${cardPermalink}|Open the card>` : ''}`)];
}

function about({ title, component, level, holder, proposed }: MoreView): KnownBlock {
  const held = holder
    ? `\n⏳ ${escapeAndClip(strategyName(holder.strategy), 60)} has it now. What touches something can start when that has ended.`
    : proposed
      ? `\n✋ ${strategyName(proposed)} is proposed and waits for approval. Another recovery that you start takes its place.`
      : '';
  return words(`*${escapeAndClip(component.title, 80)}*, level ${level}: ${escapeAndClip(oneLine(title), 200)}${held}`);
}

function look(view: MoreView): KnownBlock[] {
  return isOffered(view, 'diagnose') ? row(view, 'diagnose', buttonTexts.diagnose) : [];
}

function mend(view: MoreView): KnownBlock[] {
  const { canWorkAround, canDecompose, isShutDown } = view;
  const runs = (['rollback-and-retry', 'clean', ...(isShutDown ? [] : (['restart'] as const))] as const).flatMap(
    (strategy) => (isOffered(view, strategy) ? [words(moreTexts[verbs[strategy]]), buttons(view, strategy)] : []),
  );
  return [
    ...runs,
    ...(canWorkAround && !isEnded(view) ? form(view, 'workaround') : []),
    ...(canDecompose && !isEnded(view) ? form(view, 'decompose') : []),
  ];
}

function emergency(view: MoreView): KnownBlock[] {
  const { isShutDown, blastRadius } = view;
  if (isShutDown && isOffered(view, 'restart')) return [words(moreTexts.restart), buttons(view, 'restart')];
  if (isShutDown || !isOffered(view, 'shutdown')) return [];
  const rest = blastRadius.length - shownRadius;
  const list = blastRadius.slice(0, shownRadius).map((name) => `• ${escapeAndClip(name, 80)}`);
  return [
    words(`${moreTexts.shutdown}\n${[...list, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n')}`),
    buttons(view, 'shutdown'),
  ];
}

function putRight(view: MoreView): KnownBlock[] {
  if (isEnded(view)) return view.status === 'resolved' ? form(view, 'edit') : [];
  return [
    ...form(view, 'edit'),
    ...form(view, 'regrade'),
    ...form(view, 'merge'),
    ...(view.canSplit ? form(view, 'parts') : []),
    mute(view),
  ];
}

function mute({ component, failureId }: MoreView): KnownBlock {
  return {
    type: 'section',
    block_id: 'more/mute',
    text: { type: 'mrkdwn', text: muteTexts.more(component.title) },
    accessory: {
      type: 'button',
      ...encodeToolAction({ do: 'mute-open', component: component.name }),
      text: plain('Mute…'),
      accessibility_label: `Mute the component of ${failureId}`,
    },
  };
}

/** A button that cannot work is not shown; why not is one line a reason. What only needs a worse level is no riddle. */
function whyNot({ offers }: MoreView): KnownBlock[] {
  const missing = offers.flatMap(({ strategy, hindrance }) =>
    hindrance && hindrance.because !== 'lower-level' ? [{ name: strategyName(strategy), hindrance }] : [],
  );
  const reasons = Map.groupBy(missing, ({ hindrance }) => JSON.stringify(hindrance));
  const lines = [...reasons.values()].flatMap((same) => {
    const [first] = same;
    return first ? [hindranceText(first.hindrance, same.map(({ name }) => name).join(', '))] : [];
  });
  return lines.length === 0 ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: lines.join('\n') }] }];
}

function isOffered({ offers, status }: MoreView, strategy: OfferedStrategy): boolean {
  const offer = offers.find((one) => one.strategy === strategy);
  return offer !== undefined && !offer.hindrance && !isEnded({ status });
}

/** A recovery and its dry run. */
function buttons(view: MoreView, strategy: Exclude<OfferedStrategy, 'diagnose'>): ActionsBlock {
  const verb = verbs[strategy];
  const press = actionButton({ do: verb, ...subjectOf(view) }, buttonTexts[verb], view.failureId, {
    confirms: view.confirms,
  });
  const dryRun = { do: verb, ...subjectOf(view), dryRun: true } as const;
  return {
    type: 'actions',
    block_id: `more/${verb}`,
    elements: [
      // A dry run touches nothing, so it need not wait for the run that has the failure.
      ...(view.holder || view.proposed === strategy
        ? []
        : [{ ...press, ...(verb === 'shutdown' && { style: 'danger' as const }) }]),
      actionButton(dryRun, dryRunText, `${buttonTexts[verb]} ${view.failureId}`),
    ],
  };
}

function form(view: MoreView, verb: FormVerb): KnownBlock[] {
  return row(view, verb, buttonTexts[verb]);
}

function row(view: MoreView, verb: 'diagnose' | FormVerb, label: string): KnownBlock[] {
  return [
    {
      type: 'section',
      block_id: `more/${verb}`,
      text: { type: 'mrkdwn', text: moreTexts[verb] },
      accessory: actionButton({ do: verb, ...subjectOf(view) }, label, view.failureId),
    },
  ];
}

function subjectOf({
  failureId,
  episode,
}: MoreView): Pick<Extract<Action, { do: 'clean' }>, 'failureId' | 'episode' | 'from'> {
  return { failureId, episode, from: { place: 'more' } };
}
