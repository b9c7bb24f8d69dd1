import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { type HomePorts, readHome } from '../../../home/read-home.ts';
import type { Log } from '../../../ports.ts';
import { askSlack } from '../ask-slack.ts';
import { errorText } from '../error-texts.ts';
import type { Belongs } from '../listeners/whose.ts';
import { otherWorkspaceText } from '../refusal-texts.ts';
import { timeForLastWord } from '../request-time.ts';
import { homeTexts } from './home-texts.ts';
import { closedHomeView, homeView, ShownHome } from './home-view.ts';

/** The Home that somebody sees at the moment, as Slack sends it along. */
export const SeenHome = z.object({ hash: z.string(), private_metadata: z.string().optional() });
export type SeenHome = z.infer<typeof SeenHome>;

export interface Visit {
  /** Whose Home it is: of whoever opened it or pressed in it, and of nobody else. */
  user: string;
  belongs: Belongs;
  seen?: SeenHome | undefined;
  requestId: string;
}

export type HomePublisher = HomePorts & { log: Log };

/** Somebody opened their Home: it is drawn anew, unless it says the very same and was read a moment ago. */
export async function publishOpened(ports: HomePublisher, client: WebClient, visit: Visit): Promise<void> {
  const view = await viewFor(ports, visit);
  if (isFresh(view, visit.seen)) return ports.log('Home stands as it is');
  // Of two that open at once, or an event that comes twice, one is drawn: each was read after it was opened.
  const said = await publish(client, visit.user, view, { hash: visit.seen?.hash });
  if (said.kind !== 'ok') ports.log('Home not drawn', { code: 'code' in said ? said.code : said.kind });
}

/** Something was pressed in it: what came of it stands on top. False: Slack does not show it. */
export async function publishPressed(
  ports: HomePublisher,
  client: WebClient,
  visit: Visit & { news?: string | undefined },
): Promise<boolean> {
  const hash = visit.seen?.hash;
  // What came of the press is said even when the time for it is over.
  const last = () => ({ ms: timeForLastWord(1000) });
  let said = await publish(client, visit.user, await viewFor(ports, visit), { hash, ...last() });
  if (said.kind === 'refused' && said.code === 'hash_conflict') {
    // Another press was drawn meanwhile, and was maybe read earlier or later: now both are in.
    said = await publish(client, visit.user, await viewFor(ports, visit), last());
  }
  if (said.kind !== 'ok') ports.log('Home not drawn', { code: 'code' in said ? said.code : said.kind });
  return said.kind === 'ok';
}

function publish(
  client: WebClient,
  user: string,
  view: HomeView,
  { hash, ...time }: { hash?: string | undefined; ms?: number },
) {
  return askSlack(() => client.views.publish({ user_id: user, view, ...(hash && { hash }) }), time);
}

/** People of other workspaces and guests see nothing of failures. */
async function viewFor(ports: HomePublisher, visit: Visit & { news?: string | undefined }): Promise<HomeView> {
  const { user, belongs, news, requestId } = visit;
  if (belongs === 'not-ours') return closedHomeView(otherWorkspaceText, { buttons: 'none' });
  try {
    const [kind, home] = await Promise.all([ports.askMember?.(user), readHome(ports, { by: user })]);
    if (kind === 'guest') return closedHomeView(homeTexts.guest, { buttons: 'report' });
    if (belongs === 'unknown' || kind === undefined) return closedHomeView(homeTexts.unknown, { buttons: 'refresh' });
    return homeView(home, { news });
  } catch (error) {
    ports.log('Home not read', { requestId, error: error instanceof Error ? `${error.name}: ${error.message}` : '' });
    const words = [news, errorText(error, requestId)].filter(Boolean).join('\n');
    return closedHomeView(words, { buttons: 'refresh' });
  }
}

/** So long what was read is as good as new. */
const freshMs = 60_000;

function isFresh(view: HomeView, seen: SeenHome | undefined): boolean {
  const [now, before] = [shownOf(view.private_metadata), shownOf(seen?.private_metadata)];
  if (!now || !before || now.shown !== before.shown) return false;
  return Date.parse(now.at) - Date.parse(before.at) < freshMs;
}

function shownOf(metadata: string | undefined): ShownHome | undefined {
  try {
    return ShownHome.safeParse(JSON.parse(metadata ?? '')).data;
  } catch {
    return undefined;
  }
}
