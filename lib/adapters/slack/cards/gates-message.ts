import type { KnownBlock, SectionBlock } from '@slack/types';
import type { GateAnswer, GateHolder } from '../../../gate/gate.ts';
import { escapeAndClip, escapeMrkdwn, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import { encodeToolAction, type GateQuery } from '../tool-action-ids.ts';
import type { Message } from './failure-card.ts';
import { mrkdwn } from './mrkdwn.ts';
import { actorMrkdwn, dateMrkdwn } from './rich-text.ts';

/** A reader gets this far, and Slack takes no more in one message. */
const mostText = limits.messageText - 1000;
const mostHolders = 30;

/** `/failure gate`: every gate that is shut, why, and how it opens. */
export function gatesMessage(holders: GateHolder[], unreadable: string[]): Message {
  const damaged = unreadable.length > 0 ? [mrkdwn(damagedWords(unreadable))] : [];
  if (holders.length === 0) {
    const words =
      damaged.length > 0
        ? 'No gate that can be read is shut. Something else may be meant to be:'
        : 'No gate is shut: work goes on everywhere. 🎉';
    return { text: words, blocks: [mrkdwn(words), ...damaged] };
  }
  const scopes = new Set(holders.map(({ scope }) => scope)).size;
  const heading = scopes === 1 ? 'One gate is shut' : `${scopes} gates are shut`;
  return { text: heading, blocks: [mrkdwn(`*${heading}*`), ...rows(holders, {}), ...damaged] };
}

/** `/failure gate shop`: what work on it is told, and every gate that has a say in it. */
export function gateMessage(
  { scope, title, isKnown, meant }: { scope: string; title: string; isKnown: boolean; meant?: string | undefined },
  answer: GateAnswer,
  holders: GateHolder[],
): Message {
  const heading = `Gate of ${escapeMrkdwn(title)}: ${answerWords(answer)}`;
  const query: GateQuery = { scope };
  return {
    text: heading.replaceAll('*', ''),
    blocks: [
      mrkdwn(heading),
      ...(isKnown ? [] : [mrkdwn(`⚠️ ${unregistered(scope, meant)}`)]),
      ...rows(holders, query),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            ...encodeToolAction({ do: 'gate-shut', scope }),
            text: { type: 'plain_text', text: 'Shut…', emoji: true },
            accessibility_label: `Shut the gate of ${title}`.slice(0, 75),
          },
        ],
      },
    ],
  };
}

/** A typo must not read as all clear. */
export function unregistered(name: string, meant: string | undefined): string {
  const hint = meant ? ` Did you mean *${escapeMrkdwn(meant)}*?` : ' Is it spelt right?';
  return `Nothing of the name ${escapeMrkdwn(name)} is registered in kintsugi.yml.${hint}`;
}

function answerWords(answer: GateAnswer): string {
  switch (answer.kind) {
    case 'go':
      return answer.canaryOf.length > 0
        ? '🐤 *one item at a time* is let through, to see whether it works again'
        : answer.splits
          ? '🧩 *open*, but items of a complexity above 8 are to be split first'
          : '🟢 *open*, work goes on';
    case 'hold':
      return answer.until ? `⏸️ *held* until ${dateMrkdwn(answer.until)}` : '⏸️ *held*';
    case 'split':
      return '🧩 *open*, but items of a complexity above 8 are to be split first';
    case 'stop':
      return '🚧 *shut*, no work is handed out';
    default:
      return answer satisfies never;
  }
}

function rows(holders: GateHolder[], query: GateQuery): KnownBlock[] {
  const shown: SectionBlock[] = [];
  let length = 0;
  for (const holder of holders.slice(0, mostHolders)) {
    const words = holderWords(holder);
    length += words.length;
    if (length > mostText) break;
    shown.push(gateRow(holder, query, { words }));
  }
  const left = holders.length - shown.length;
  return [
    ...shown,
    ...(left > 0 ? [mrkdwn(`… and ${left} more. \`/failure gate shop\` shows those of one component.`)] : []),
  ];
}

const modes: Record<GateHolder['mode'], string> = {
  stop: '🚧 stop',
  hold: '⏸️ hold',
  canary: '🐤 one item at a time',
  split: '🧩 split above complexity 8',
};

function holderWords({ scope, mode, reason, opens, failureId, by, at, until, canary }: GateHolder): string {
  const facts = [
    `since ${dateMrkdwn(at)}, by ${actorMrkdwn(by)}`,
    ...(failureId ? [`\`${failureId}\``] : []),
    ...(until ? [`until ${dateMrkdwn(until)}`] : []),
    ...(canary ? [`${escapeAndClip(canary.workItemId, 60)} is being tried`] : []),
  ];
  return [
    `*${escapeMrkdwn(scope)}* · ${modes[mode]}: ${escapeAndClip(oneLine(reason), 400)}`,
    `${facts.join(' · ')}`,
    `Opens: ${escapeAndClip(oneLine(opens), 300)}`,
  ].join('\n');
}

/** One reason why a gate is shut, with its button for whom may press it. */
export function gateRow(
  holder: GateHolder,
  query: GateQuery,
  { words = holderWords(holder), mayOpen = true }: { words?: string; mayOpen?: boolean } = {},
): SectionBlock {
  const { scope, id, shutAt } = holder;
  const row: SectionBlock = { type: 'section', text: { type: 'mrkdwn', text: words } };
  if (!mayOpen) return row;
  return {
    ...row,
    accessory: {
      type: 'button',
      ...encodeToolAction({ do: 'gate-open', scope, id, ...(shutAt && { shutAt }), query }),
      text: { type: 'plain_text', text: 'Open', emoji: true },
      accessibility_label: `Open the gate of ${scope}`.slice(0, 75),
      confirm: {
        title: { type: 'plain_text', text: 'Open this gate?' },
        text: { type: 'plain_text', text: `Work on ${scope} is handed out again unless another gate is shut.` },
        confirm: { type: 'plain_text', text: 'Open it' },
        deny: { type: 'plain_text', text: 'Leave it shut' },
      },
    },
  };
}

function damagedWords(places: string[]): string {
  const named = places.slice(0, 5).map((place) => `\`${escapeAndClip(oneLine(place), 120)}\``);
  return `⚠️ Something among the gates does not say which gate it means, so it holds none. In the table, under \`GATES\`: ${named.join(', ')}`;
}
