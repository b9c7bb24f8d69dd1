import type { ChannelStore, Rate } from '../../noise/channel-store.ts';
import type { Later } from '../../response/board.ts';
import type { Content } from '../../response/content.ts';
import type { Level } from '../../signal/signal.ts';

/** What goes first when there is little room: levels 4 and 5 and what people approve, then states, then a run's steps, then counts. */
type Urgency = 'urgent' | 'state' | 'steps' | 'counts';

/** Slack takes about one message a second and channel: at most 53 in any minute, 50 of them for what is not urgent. */
const postMs = 1300;
/**
 * It takes about 50 edits a minute and workspace, as they come: at most 50 in any minute, many of them at once. What people
 * press changes several messages, and they wait for each of them.
 */
const editMs = 2000;
const rates: Record<'posts' | 'edits', Record<Urgency, Rate>> = {
  posts: {
    urgent: { everyMs: postMs, burst: 7 },
    state: { everyMs: postMs, burst: 4 },
    steps: { everyMs: postMs, burst: 3 },
    counts: { everyMs: postMs, burst: 1 },
  },
  edits: {
    urgent: { everyMs: editMs, burst: 20 },
    state: { everyMs: editMs, burst: 16 },
    steps: { everyMs: editMs, burst: 8 },
    counts: { everyMs: editMs, burst: 2 },
  },
};
const firstReservedLevel: Level = 4;
const longestWaitMs = 60_000;
/** What was edited this short a time ago leaves most of the room to what people have not seen move: its next edit says it all. */
const freshMs = 1500;
const mostRemembered = 200;

/** The room that all sandboxes share, asked before Slack is. */
export interface SharedBudget {
  post(to: { channel: string; level: Level | undefined; token: string }, content: Content): Promise<Later | undefined>;
  edit(
    message: { ts: string; level?: Level | undefined; isCount?: boolean | undefined },
    content: Content,
  ): Promise<Later | undefined>;
}

export function sharedBudget(channels: Pick<ChannelStore, 'take'>, now: () => number = Date.now): SharedBudget {
  const editedAt = new Map<string, number>();
  const take = async (room: string, rate: Rate, urgency: Urgency, message: string): Promise<Later | undefined> => {
    const taken = await channels.take(room, rate, now(), { of: message, among: urgency });
    return taken === 'taken'
      ? undefined
      : { kind: 'later', seconds: Math.ceil(Math.min(taken.waitMs, longestWaitMs) / 1000) };
  };
  return {
    post({ channel, level, token }, content) {
      const urgency = urgencyOf(content, { level });
      return take(`posts ${channel}`, rates.posts[urgency], urgency, token);
    },
    async edit({ ts, ...about }, content) {
      const urgency = urgencyOf(content, about);
      const rate = rates.edits[urgency];
      const isFresh = now() - (editedAt.get(ts) ?? Number.NEGATIVE_INFINITY) < freshMs;
      const answer = await take('edits', isFresh ? { ...rate, burst: Math.ceil(rate.burst / 3) } : rate, urgency, ts);
      if (!answer) editedAt.set(ts, now());
      if (editedAt.size > mostRemembered) editedAt.clear();
      return answer;
    },
  };
}

function urgencyOf(
  content: Content,
  { level, isCount = false }: { level?: Level | undefined; isCount?: boolean | undefined },
): Urgency {
  if (isCount) return 'counts';
  if (content.kind === 'approval' || (level !== undefined && level >= firstReservedLevel)) return 'urgent';
  return content.kind === 'run' && content.run.run.state === 'running' ? 'steps' : 'state';
}
