import type { HomeView, KnownBlock } from '@slack/types';
import { z } from 'zod';
import type { Home } from '../../../home/home.ts';
import { trendDays } from '../../../home/home.ts';
import { hash128 } from '../../../signal/hash.ts';
import type { Level } from '../../../signal/signal.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { dateMrkdwn } from '../cards/rich-text.ts';
import { clipMrkdwn } from '../escape.ts';
import { levelIcon, levelName } from '../level-words.ts';
import { limits } from '../limits.ts';
import { smallPrint } from '../modals/form-parts.ts';
import { encodeToolAction } from '../tool-action-ids.ts';
import { approvals, failures } from './failure-rows.ts';
import { heading } from './home-parts.ts';
import { debts, gates, mutes, parked, runners, work } from './home-rows.ts';
import { homeTexts } from './home-texts.ts';
import { sparkline } from './sparkline.ts';

/** The App Home of one person. `news`: what came of their last press. */
export function homeView(home: Home, { news }: { news?: string | undefined } = {}): HomeView {
  const blocks = [...said(news), ...needed(home), ...open(home), ...surroundings(home)];
  return {
    type: 'home',
    private_metadata: JSON.stringify({ shown: digest(blocks), at: home.at } satisfies ShownHome),
    // What each part shows at most (lib/home) stays well below Slack's 100 together.
    blocks: [...top(home.at), ...blocks],
  };
}

/** For whom nothing of failures is to be seen. */
export function closedHomeView(words: string, { buttons }: { buttons: 'report' | 'refresh' | 'none' }): HomeView {
  const elements = { report: [reportButton], refresh: [refreshButton], none: [] }[buttons];
  return {
    type: 'home',
    blocks: [
      mrkdwn(words),
      ...(elements.length > 0 ? [{ type: 'actions' as const, block_id: 'home/top', elements }] : []),
    ],
  };
}

/** What a published Home carries: a digest of what it says, and when that was read. */
export const ShownHome = z.object({ shown: z.string(), at: z.iso.datetime() });
export type ShownHome = z.infer<typeof ShownHome>;

const digest = (blocks: KnownBlock[]): string => hash128(JSON.stringify(blocks));

const reportButton = {
  type: 'button' as const,
  ...encodeToolAction({ do: 'home-report' }),
  text: { type: 'plain_text' as const, text: 'Report a failure…' },
  style: 'primary' as const,
};
const refreshButton = {
  type: 'button' as const,
  ...encodeToolAction({ do: 'home-refresh' }),
  text: { type: 'plain_text' as const, text: 'Refresh' },
};

function top(at: string): KnownBlock[] {
  return [
    { type: 'actions', block_id: 'home/top', elements: [reportButton, refreshButton] },
    smallPrint(`As of ${dateMrkdwn(at)}. It is drawn anew when you open this tab.`),
  ];
}

function said(news: string | undefined): KnownBlock[] {
  return news ? [mrkdwn(clipMrkdwn(news, limits.sectionText)), { type: 'divider' }] : [];
}

function needed(home: Home): KnownBlock[] {
  const blocks = [
    ...approvals(home.approvals),
    ...failures('🔥 Nobody has it', home.burning, { button: 'acknowledge', command: 'list severity>=3' }),
    ...failures('📌 Yours', home.mine, { command: 'list' }),
  ];
  if (blocks.length > 0) return [heading('Needs you now'), ...blocks];
  return isClear(home) ? [] : [mrkdwn(homeTexts.nothingForYou)];
}

const levels: Level[] = [5, 4, 3, 2, 1];
const isClear = ({ open }: Home): boolean => Object.values(open).every((count) => count === 0);

function open(home: Home): KnownBlock[] {
  const total = home.trend.reduce((sum, count) => sum + count, 0);
  const trend = smallPrint(`\`${sparkline(home.trend)}\`  ${homeTexts.trend(trendDays, total)}`);
  if (isClear(home)) return [mrkdwn(homeTexts.allClear), trend];
  const counts = levels
    .filter((level) => home.open[level] > 0)
    .map((level) => `${levelIcon[level]} ${home.open[level]} ${levelName(level).toLowerCase()}`)
    .join('   ');
  return [
    heading('Open failures'),
    mrkdwn(counts + (home.isMore ? ' (at least)' : '')),
    trend,
    ...failures('', home.others, { command: 'list' }),
  ];
}

function surroundings({
  mutes: unheard,
  gates: shut,
  mayOpenGates,
  debts: owed,
  runners: known,
  work: own,
  parked: stuck,
}: Home) {
  return [
    ...mutes(unheard),
    ...gates(shut, { mayOpen: mayOpenGates }),
    ...debts(owed),
    ...work(own),
    ...runners(known),
    ...parked(stuck),
  ];
}
