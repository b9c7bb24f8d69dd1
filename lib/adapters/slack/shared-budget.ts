import type { ChannelStore, Rate } from '../../noise/channel-store.ts';
import type { Later } from '../../response/board.ts';
import type { Content } from '../../response/content.ts';
import type { Level } from '../../signal/signal.ts';

/** What goes first when there is little room: levels 4 and 5 and what people approve, then states, then a run's steps, then counts. */
type Urgency = 'urgent' | 'state' | 'steps' | 'counts';

/** Slack takes about one message a second and channel: at most 53 in any minute, 50 of them for what is not urgent. */
const postMs = 1300;
/** It takes about 50 edits a minute and workspace: at most 50 in any minute. */
const editMs = 1400;
const rates: Record<'posts' | 'edits', Record<Urgency, Rate>> = {
  posts: {
    urgent: { everyMs: postMs, burst: 7 },
    state: { everyMs: postMs, burst: 4 },
    steps: { everyMs: postMs, burst: 3 },
    counts: { everyMs: postMs, burst: 1 },
  },
  edits: {
    urgent: { everyMs: editMs, burst: 8 },
    state: { everyMs: editMs, burst: 6 },
    steps: { everyMs: editMs, burst: 3 },
    counts: { everyMs: editMs, burst: 2 },
  },
};
const firstReservedLevel: Level = 4;
const longestWaitMs = 60_000;

/** The room that all sandboxes share, asked before Slack is. */
export interface SharedBudget {
  post(channel: string, content: Content, level: Level | undefined): Promise<Later | undefined>;
  edit(
    content: Content,
    about: { level?: Level | undefined; isCount?: boolean | undefined },
  ): Promise<Later | undefined>;
}

export function sharedBudget(channels: Pick<ChannelStore, 'take'>, now: () => number = Date.now): SharedBudget {
  /** Who must wait comes back one after the other. */
  const slots = new Map<string, number>();
  const take = async (name: string, kind: 'posts' | 'edits', urgency: Urgency): Promise<Later | undefined> => {
    const rate = rates[kind][urgency];
    const at = now();
    const taken = await channels.take(name, rate, at);
    if (taken === 'taken') return undefined;
    const queue = `${name} ${urgency}`;
    const slot = Math.min(Math.max(slots.get(queue) ?? 0, at + taken.waitMs), at + longestWaitMs);
    slots.set(queue, slot + rate.everyMs);
    return { kind: 'later', seconds: Math.ceil((slot - at) / 1000) };
  };
  return {
    post: (channel, content, level) => take(`posts ${channel}`, 'posts', urgencyOf(content, { level })),
    edit: (content, about) => take('edits', 'edits', urgencyOf(content, about)),
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
