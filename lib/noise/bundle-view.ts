import type { Actor, FailureId } from '../failure/ids.ts';
import { componentPolicy, type Mention, type Policy } from '../policy/policy.ts';
import type { Level } from '../signal/signal.ts';
import type { Bundle, BundleId, BundleLine } from './bundle.ts';
import { endOf, type Mute } from './mute.ts';

/** A storm is over when nothing was folded into it for so long. */
export const quietMs = 3 * 60_000;

/** What the one message of a bundle says. */
export interface BundleView {
  id: BundleId;
  kind: Bundle['kind'];
  since: string;
  isOver: boolean;
  /** When it was over, or, of a mute, when it will be. */
  until?: string;
  count: number;
  byLevel: { level: Level; count: number }[];
  /** Most first, a few. */
  byComponent: { name: string; title: string; count: number }[];
  otherComponents: number;
  open: number;
  acknowledged: number;
  ended: number;
  /** They have a card of their own by now. */
  withCard: number;
  newest: { failureId: FailureId; level: Level; componentTitle: string; title: string; at: string }[];
  mute?: { component: string; title: string; by: Actor; reason: string; upTo: Level; endedBy?: Actor };
  /** Only in its first post. */
  mention?: Mention[];
}

const worstToLeast: Level[] = [5, 4, 3, 2, 1];
const shownComponents = 8;
const shownNewest = 5;

export function bundleView(
  policy: Policy,
  bundle: Bundle,
  { lines, mute, at }: { lines: BundleLine[]; mute: Mute | undefined; at: Date },
): BundleView {
  const end = endsAt(bundle, { lines, mute });
  const isOver = end <= at.getTime();
  const title = (name: string) => componentPolicy(policy, name).title ?? name;
  const components = [...Map.groupBy(lines, ({ component }) => component)]
    .map(([name, { length: count }]) => ({ name, title: title(name), count }))
    .toSorted((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
  const count = (fits: (line: BundleLine) => boolean) => lines.filter(fits).length;
  const ended = count(isEndedLine);
  return {
    id: bundle.id,
    kind: bundle.kind,
    since: bundle.startedAt,
    isOver,
    ...((isOver || bundle.kind === 'mute') && { until: new Date(end).toISOString() }),
    count: lines.length,
    byLevel: worstToLeast
      .map((level) => ({ level, count: count((line) => line.level === level) }))
      .filter((one) => one.count > 0),
    byComponent: components.slice(0, shownComponents),
    otherComponents: Math.max(0, components.length - shownComponents),
    open: count(({ status }) => status === 'open' || status === 'recovering'),
    acknowledged: count(({ status }) => status === 'acknowledged'),
    ended,
    withCard: count(({ hasCard }) => hasCard),
    newest: newestFirst(lines)
      .slice(0, shownNewest)
      .map(({ failureId, level, component, title: words, foldedAt }) => ({
        failureId,
        level,
        componentTitle: title(component),
        title: words,
        at: foldedAt,
      })),
    ...(mute && {
      mute: {
        component: mute.component,
        title: title(mute.component),
        by: mute.by,
        reason: mute.reason,
        upTo: policy.mute.upTo,
        ...(mute.ended && { endedBy: mute.ended.by }),
      },
    }),
  };
}

/** When it is over, in epoch ms: a storm some minutes after its last failure, a mute at its time. */
export function endsAt(
  { startedAt, kind }: Bundle,
  { lines, mute }: { lines: BundleLine[]; mute: Mute | undefined },
): number {
  if (kind === 'mute') return mute ? Date.parse(endOf(mute)) : 0;
  const last = Math.max(Date.parse(startedAt), ...lines.map(({ foldedAt }) => Date.parse(foldedAt)));
  return last + quietMs;
}

/** Worst first, and of those the newest. */
export function worstFirst(lines: BundleLine[]): BundleLine[] {
  return newestFirst(lines).toSorted((one, other) => other.level - one.level);
}

function newestFirst(lines: BundleLine[]): BundleLine[] {
  return lines.toSorted(
    (one, other) => other.foldedAt.localeCompare(one.foldedAt) || (one.failureId < other.failureId ? -1 : 1),
  );
}

export function isEndedLine({ status }: BundleLine): boolean {
  return status === 'resolved' || status === 'merged';
}
