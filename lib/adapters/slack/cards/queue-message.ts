import type { ActionsBlock, Button, KnownBlock, RichTextElement } from '@slack/types';
import type { GateAnswer } from '../../../gate/gate.ts';
import type { WorkItem } from '../../../work/work-item.ts';
import { clip, oneLine } from '../escape.ts';
import { encodeToolAction, type QueueQuery, type ToolButton } from '../tool-action-ids.ts';
import { hours } from './durations.ts';
import type { Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { date, richText, section, text } from './rich-text.ts';

export interface QueuedItem {
  item: WorkItem;
  /** What a claimer is told about it now. */
  gate: GateAnswer;
  complexity: number;
}

export interface QueueView {
  pending: QueuedItem[];
  next?: string;
  /** On the first page alone. */
  working: WorkItem[];
  failed: WorkItem[];
  /** What came of a press. */
  news?: string;
  /** The component that was asked for is not registered. */
  warning?: string;
}

/** `/failure queue`: what is being worked on, then what waits, first things first. */
export function queueMessage(view: QueueView, query: QueueQuery): Message {
  const { pending, working, failed, next, news, warning } = view;
  const of = query.component ? ` of ${query.component}` : '';
  const isEmpty = pending.length + working.length + failed.length === 0;
  const heading = isEmpty
    ? query.after
      ? 'That was all.'
      : `Nothing is in the queue${of}.`
    : `Work queue${of}: lower priority numbers come first`;
  return {
    text: heading,
    blocks: [
      ...(news ? [mrkdwn(news)] : []),
      richText(section(text(heading, { bold: true }))),
      ...(warning ? [mrkdwn(`⚠️ ${warning}`)] : []),
      ...working.map((item) => richText(section(...head(item, '🔨'), text('\n'), ...holderWords(item)))),
      // What is first cannot go further.
      ...pending.flatMap((queued, index) => row(queued, query, { isFirst: index === 0 && !query.after })),
      ...failed.map((item) => richText(section(...head(item, '❌'), text('\n'), ...failedWords(item)))),
      ...(next ? [nextPage({ ...query, after: next })] : []),
    ],
  };
}

function row(
  { item, gate, complexity }: QueuedItem,
  query: QueueQuery,
  { isFirst }: { isFirst: boolean },
): KnownBlock[] {
  return [
    richText(section(...head(item, icons[gate.kind]), text('\n'), ...facts(item, complexity), ...gateWords(gate))),
    buttons(item, query, { isFirst }),
  ];
}

const icons: Record<GateAnswer['kind'], string> = { go: '🟢', hold: '⏸️', split: '🧩', stop: '🚧' };

function head({ priority, id, title, component }: WorkItem, icon: string): RichTextElement[] {
  return [
    text(`${icon} ${priority} `, { bold: true }),
    text(clip(id, 60), { code: true }),
    text(` ${clip(component, 64)}: ${clip(oneLine(title), 160)}`),
  ];
}

function facts(item: WorkItem, complexity: number): RichTextElement[] {
  const { kind, estimateMinutes, failedAttempts, failureId } = item;
  const words = [
    kind.replaceAll('-', ' '),
    ...(estimateMinutes === undefined ? [] : [hours(estimateMinutes)]),
    `complexity ${complexity}`,
    ...(failedAttempts > 0 ? [`failed ${failedAttempts === 1 ? 'once' : `${failedAttempts} times`}`] : []),
    ...(failureId ? [failureId] : []),
  ];
  const due = item.dueAt ? [text(' · due '), date(item.dueAt)] : [];
  return [text(words.join(' · ')), ...due];
}

function gateWords(gate: GateAnswer): RichTextElement[] {
  switch (gate.kind) {
    case 'go':
      return gate.canaryOf.length > 0 ? [text(' · would be tried alone first')] : [];
    case 'hold':
      return gate.until
        ? [text(' · '), text('held until ', { bold: true }), date(gate.until)]
        : [text(' · held', { bold: true })];
    case 'split':
      return [text(' · '), text('to be split first', { bold: true })];
    case 'stop':
      return [text(' · '), text(`gate shut: ${clip(oneLine(gate.holders[0]?.reason ?? ''), 120)}`, { bold: true })];
    default:
      return gate satisfies never;
  }
}

function holderWords(item: WorkItem): RichTextElement[] {
  if (item.state !== 'in-progress') return [text(item.state)];
  const { holder, until } = item.lease;
  return [text(`with ${clip(oneLine(holder), 80)}, until `), date(until)];
}

function failedWords(item: WorkItem): RichTextElement[] {
  const result = 'result' in item && item.result ? `: ${clip(oneLine(item.result), 160)}` : '';
  const of = item.failureId ? ` · ${item.failureId}` : '';
  return [text(`failed${result}${of}`)];
}

function buttons(item: WorkItem, query: QueueQuery, { isFirst }: { isFirst: boolean }): ActionsBlock {
  const move = { id: item.id, was: item.priority, query };
  const ahead = [
    button('Up', { do: 'work-up', ...move }, item),
    button('To the top', { do: 'work-top', ...move }, item),
  ];
  return {
    type: 'actions',
    block_id: `queue/${item.id}/${item.version}`.slice(0, 255),
    elements: [...(isFirst ? [] : ahead), button('Priority…', { do: 'work-priority', id: item.id }, item)],
  };
}

function button(words: string, action: ToolButton, { id }: WorkItem): Button {
  return {
    type: 'button',
    ...encodeToolAction(action),
    text: { type: 'plain_text', text: words, emoji: true },
    accessibility_label: `${words} ${id}`.slice(0, 75),
  };
}

function nextPage(query: QueueQuery): ActionsBlock {
  const next = encodeToolAction({ do: 'queue-page', query });
  return {
    type: 'actions',
    block_id: 'queue/next',
    elements: [{ type: 'button', ...next, text: { type: 'plain_text', text: 'Next page' } }],
  };
}
