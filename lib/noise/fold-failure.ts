import { episodeEntries } from '../failure/episode-entries.ts';
import type { Failure } from '../failure/failure.ts';
import { isPerson } from '../failure/ids.ts';
import type { Mention, Policy } from '../policy/policy.ts';
import type { BundleHints, FailureStore, Now, StoredFailure } from '../ports.ts';
import type { Desk } from '../response/desk.ts';
import type { ResponsePlan } from '../response/protocol.ts';
import type { Level } from '../signal/signal.ts';
import { type BundleId, type BundleLine, type BundleStore, bundleOf, isStorm } from './bundle.ts';
import { quietMs } from './bundle-view.ts';
import type { ChannelStore, Rate } from './channel-store.ts';
import { type Mute, type MuteStore, stands } from './mute.ts';

export interface FoldPorts {
  failures: Pick<FailureStore, 'timeline'>;
  channels: ChannelStore;
  bundles: Pick<BundleStore, 'get' | 'touch' | 'keepLine'>;
  mutes: Pick<MuteStore, 'get'>;
  hints: BundleHints;
  policy: Policy;
  now: Now;
}

/** New cards of levels 1 to 3: so many of a channel at once, and then one from time to time. */
export const cardRate: Rate = { everyMs: 10_000, burst: 8 };
/** From here on a failure has a card of its own, storm or not. */
const neverFolds: Level = 4;
/** As long as one was folded in this time, the next one is, too: a storm is one message, not one in ten of them. */
const stormyMs = 60_000;
const titleLength = 200;

/** The mute that holds this failure back. */
export async function muteOf(
  { mutes, policy, now }: Pick<FoldPorts, 'mutes' | 'policy' | 'now'>,
  { component, level }: Pick<Failure, 'component' | 'level'>,
): Promise<Mute | undefined> {
  if (level > policy.mute.upTo) return undefined;
  const mute = await mutes.get(component);
  return stands(mute, now()) ? mute : undefined;
}

/**
 * Which message a failure without a card of its own is shown in, if it is to have none: that of a mute, or that of the storm
 * in its channel. Decided under the card's lease, and kept on the card, so it is in one of them only. Who acts on it, or filed
 * it by hand, sees it on a card.
 */
export async function bundleFor(
  ports: FoldPorts,
  desk: Desk,
  { plan, mute }: { plan: Pick<ResponsePlan, 'card'>; mute: Mute | undefined },
): Promise<BundleId | undefined> {
  const { card, stored } = desk;
  const { failure } = stored;
  if (card.place ?? card.posting) return undefined;
  const before = card.folded?.bundle;
  // It has no card of its own now, yet its line says how it ended.
  if (plan.card === 'none') return before;
  if (!mute && (failure.level >= neverFolds || card.isAdmitted)) return undefined;
  if (await isTouched(ports, failure)) return undefined;
  if (before && isStorm(before) && failure.level < neverFolds) return before;
  if (mute) return mute.bundle;
  const at = ports.now().getTime();
  const storm = await ports.channels.storm(card.channel);
  const isStormy = storm !== undefined && storm.foldedAt > at - stormyMs;
  if (!isStormy && (await ports.channels.take(`cards ${card.channel}`, cardRate, at)) === 'taken') {
    // Kept with the next write of the card: when its first post must wait, this is not asked again.
    desk.card = { ...desk.card, isAdmitted: true };
    return undefined;
  }
  return ports.channels.joinStorm(card.channel, { now: at, quietMs });
}

/** A storm's message says of it what is to be said, so there is nothing to show. Whoever acts on it makes a new version. */
export function isInStorm({ cards, failure }: StoredFailure): boolean {
  const [card, other] = Object.values(cards).filter(({ episode }) => episode === failure.episode);
  const { folded, place, posting } = card ?? {};
  if (!folded || place || posting || other || Object.keys(cards).length > 1) return false;
  return isStorm(folded.bundle) && folded.version === failure.version && failure.level < neverFolds;
}

/** Whom the storm that it was in has called already: its own card does not call them again, unless it is worse than a storm. */
export async function calledBefore(ports: FoldPorts, { card, stored }: Desk): Promise<Mention[]> {
  const bundle = card.folded?.bundle;
  if (!bundle || !isStorm(bundle) || stored.failure.level >= neverFolds) return [];
  return (await ports.bundles.get(bundle))?.message.rung ?? [];
}

/** A person did something about it, or filed it. */
async function isTouched(
  { failures }: Pick<FoldPorts, 'failures'>,
  { id, episode, report }: Failure,
): Promise<boolean> {
  if (report.reportedBy !== undefined && isPerson(report.reportedBy)) return true;
  return episodeEntries(await failures.timeline(id), episode).some(({ by }) => isPerson(by));
}

/** The failure's line says what the failure is now, and the message is told to look. Safe to repeat after any crash. */
export async function foldInto(ports: FoldPorts, desk: Desk, bundle: BundleId): Promise<void> {
  const { failure } = desk.stored;
  const hasCard = desk.card.place !== undefined;
  const before = desk.card.folded;
  const isSaid = before?.version === failure.version && (before.hasCard ?? false) === hasCard;
  if (before?.bundle === bundle && isSaid) return;
  // First which one it is: whoever repeats this adds it to no other.
  if (before?.bundle !== bundle) await desk.save({ folded: { bundle } });
  const at = ports.now();
  await ports.bundles.keepLine(bundle, lineOf(failure, desk, at));
  const touched = await ports.bundles.touch(bundleOf(bundle, desk.card.channel), { show: at.getTime() });
  if (touched === 'added') await ports.hints.bundle({ bundleId: bundle });
  await desk.save({ folded: { bundle, version: failure.version, ...(hasCard && { hasCard }) } });
}

function lineOf({ id, episode, version, level, component, title, status }: Failure, desk: Desk, at: Date): BundleLine {
  const { place } = desk.card;
  return {
    failureId: id,
    episode,
    version,
    level,
    component,
    title: title.slice(0, titleLength),
    status,
    foldedAt: at.toISOString(),
    ...(place?.permalink && { permalink: place.permalink }),
    hasCard: place !== undefined,
  };
}
