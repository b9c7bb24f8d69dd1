import { FailureNotFoundError } from '../errors.ts';
import { componentPolicy, type Mention, type Policy } from '../policy/policy.ts';
import type { BundleHints, FailureStore, Hints, Ids, Log, Now } from '../ports.ts';
import { type Board, type Later, unclear } from '../response/board.ts';
import type { Content } from '../response/content.ts';
import { postOnce, settleMs } from '../response/post-once.ts';
import { hash128 } from '../signal/hash.ts';
import type { BundleId, BundleLine, BundleMessage, BundleStore, StoredBundle } from './bundle.ts';
import { type BundleView, bundleView, endsAt, isEndedLine } from './bundle-view.ts';
import type { Mute, MuteStore } from './mute.ts';

export interface ShowBundlePorts {
  bundles: BundleStore;
  mutes: Pick<MuteStore, 'get'>;
  failures: Pick<FailureStore, 'addDue'>;
  board: Board;
  hints: Pick<Hints, 'notify'> & BundleHints;
  policy: Policy;
  ids: Pick<Ids, 'actionId'>;
  now: Now;
  log: Log;
}

/** A hint may arrive this much before the due that it was sent for: clocks differ. */
const earlyMs = 500;
/** Longer than the function may run, shorter than the sweep waits. */
const leaseMs = 45_000;
/** From this level on an owner is called, once a storm. */
const calls = 3;

/** At most one edit in this time; what is very large is read and sent less often. */
export function paceMs(lines: number): number {
  return Math.min(Math.max(5000, lines * 10), 60_000);
}

/**
 * Makes the one message of a storm or mute say what its lines say. Its dues stand until it does; whoever is too early, or does
 * not get the lease, leaves it to who is on the way. Never throws for Slack's sake.
 */
export async function showBundle(ports: ShowBundlePorts, { bundleId }: { bundleId: BundleId }): Promise<void> {
  const { bundles, now, log, ids } = ports;
  const seen = await bundles.get(bundleId);
  const at = now().getTime();
  const due = Math.min(...Object.values(seen?.dues ?? {}));
  // The sweep pushes a due back before it sends.
  if (!seen || (due > at + earlyMs && seen.sweepAttempts === 0)) return log('nothing to show yet', { bundleId });
  const holder = ids.actionId();
  const stored = await bundles.lease(bundleId, { holder, until: at + leaseMs, now: at });
  if (!stored) return log('somebody else shows it', { bundleId });
  const desk: BundleDesk = { stored, message: stored.message, holder };
  try {
    const later = await showUnderLease(ports, desk);
    if (later) await comeBack(ports, bundleId, later);
  } catch (error) {
    if (!(error instanceof BundleLostError)) throw error;
    log('somebody else shows it by now', { bundleId });
  } finally {
    await bundles.save(bundleId, desk.message, { holder, release: true });
  }
}

/** Somebody else has it now: what this one still wanted to do, the other does. */
class BundleLostError extends Error {}

interface BundleDesk {
  stored: StoredBundle;
  message: BundleMessage;
  holder: string;
}

async function showUnderLease(ports: ShowBundlePorts, desk: BundleDesk): Promise<Later | undefined> {
  const { bundle, rev } = desk.stored;
  const at = ports.now();
  const [lines, mute] = await Promise.all([ports.bundles.lines(bundle.id), muteOf(ports, desk.stored)]);
  const wait = (desk.message.shownAt ?? 0) + paceMs(lines.length) - at.getTime();
  if (wait > earlyMs) return { kind: 'later', seconds: wait / 1000 };
  const view = bundleView(ports.policy, bundle, { lines, mute, at });
  if (view.isOver && bundle.kind === 'mute') await release(ports, lines);
  const later = await show(ports, desk, { view, lines });
  if (later) return later;
  const end = endsAt(bundle, { lines, mute });
  const instead = view.isOver ? {} : { end };
  if (await ports.bundles.clearDues(bundle.id, ['show', 'end'], rev, { instead })) {
    if (!view.isOver) await ports.hints.bundle({ bundleId: bundle.id }, { delaySeconds: (end - at.getTime()) / 1000 });
    return undefined;
  }
  // Something was added meanwhile, and its hint may have found us here.
  return { kind: 'later', seconds: paceMs(lines.length) / 1000 };
}

/** The record that names this bundle; another one has nothing to say about it. */
async function muteOf({ mutes }: ShowBundlePorts, { bundle }: StoredBundle): Promise<Mute | undefined> {
  if (bundle.component === undefined) return undefined;
  const mute = await mutes.get(bundle.component);
  return mute?.bundle === bundle.id ? mute : undefined;
}

/** What a mute held back and is still open gets its card, as far as the channel has room. */
async function release({ failures, hints, now }: ShowBundlePorts, lines: BundleLine[]): Promise<void> {
  for (const line of lines) {
    if (isEndedLine(line) || line.hasCard) continue;
    try {
      await failures.addDue(line.failureId, 'show', now().getTime());
      await hints.notify({ failureId: line.failureId });
    } catch (error) {
      if (!(error instanceof FailureNotFoundError)) throw error;
    }
  }
}

async function show(
  ports: ShowBundlePorts,
  desk: BundleDesk,
  { view, lines }: { view: BundleView; lines: BundleLine[] },
): Promise<Later | undefined> {
  const { bundle } = desk.stored;
  if (view.count === 0 && !view.mute) return undefined;
  const shown = hash128(JSON.stringify(view));
  const { place } = desk.message;
  if (!place) return await post(ports, desk, { view, lines, shown });
  if (desk.message.shown === shown) return undefined;
  const edited = await ports.board.edit({ ...place }, { kind: 'bundle', bundle: view }, bundle.id);
  switch (edited.kind) {
    case 'ok':
      return void (await save(ports, desk, { shown, shownAt: ports.now().getTime() }));
    case 'later':
      return edited;
    case 'unsure':
      return unclear;
    case 'gone':
      await save(ports, desk, {}, ['place']);
      return { kind: 'later', seconds: 1 };
    case 'refused':
      // Its channel takes no more edits: what is in it is in the list.
      ports.log('message refused', { bundleId: bundle.id, code: edited.code });
      return undefined;
    default:
      return edited satisfies never;
  }
}

/** Where its channel does not take it, the default channel does. */
async function post(
  ports: ShowBundlePorts,
  desk: BundleDesk,
  { view, lines, shown }: { view: BundleView; lines: BundleLine[]; shown: string },
): Promise<Later | undefined> {
  const { bundle } = desk.stored;
  for (const wish of new Set([bundle.channel, ports.policy.channels.default])) {
    const channel = await ports.board.channelId(wish);
    if (channel.kind === 'later') return channel;
    if (channel.kind === 'unsure') return unclear;
    if (channel.kind !== 'ok') continue;
    const mention = ownersOf(ports.policy, lines, view);
    const { mention: _, ...rest } = view;
    const content: Content = { kind: 'bundle', bundle: { ...rest, ...(mention.length > 0 && { mention }) } };
    const posted = await postOnce(ports, {
      where: { channel: channel.value, level: 3 },
      content,
      token: bundle.id,
      since: desk.message.posting?.since,
      remember: (since) =>
        since === undefined ? save(ports, desk, {}, ['posting']) : save(ports, desk, { posting: { since } }),
    });
    switch (posted.kind) {
      case 'ok': {
        const { ts, how } = posted.value;
        const said = how === 'found' ? {} : { shown, shownAt: ports.now().getTime() };
        await save(ports, desk, { place: { channel: channel.value, ts }, rung: mention, ...said }, ['posting']);
        ports.log('storm or mute posted', { bundleId: bundle.id, channel: channel.value, count: view.count });
        return how === 'found' ? { kind: 'later', seconds: 1 } : undefined;
      }
      case 'later':
        return posted;
      case 'unsure':
        return { kind: 'later', seconds: settleMs / 1000, isDown: true };
      case 'gone':
      case 'refused':
        ports.log('channel cannot be used', { bundleId: bundle.id, channel: wish });
        break;
      default:
        return posted satisfies never;
    }
  }
  return undefined;
}

/** Whom the failures in a storm would have called; a mute calls nobody. */
function ownersOf(policy: Policy, lines: BundleLine[], { kind, isOver }: BundleView): Mention[] {
  if (kind === 'mute' || isOver) return [];
  const components = new Set(lines.filter(({ level }) => level >= calls).map(({ component }) => component));
  const owners = [...components].map((name) => componentPolicy(policy, name).owner ?? policy.owner);
  return [...new Set(owners.filter((one) => one !== undefined))].slice(0, 10);
}

async function save(
  { bundles }: ShowBundlePorts,
  desk: BundleDesk,
  change: Partial<BundleMessage>,
  drop: (keyof BundleMessage)[] = [],
): Promise<void> {
  const next = { ...desk.message, ...change };
  for (const name of drop) delete next[name];
  const { id } = desk.stored.bundle;
  if (!(await bundles.save(id, next, { holder: desk.holder }))) throw new BundleLostError(id);
  desk.message = next;
}

/** Puts it off and sends a hint for then. While Slack is down the sweep comes at growing distance, and nobody else. */
async function comeBack(ports: ShowBundlePorts, bundleId: BundleId, { seconds, isDown = false }: Later): Promise<void> {
  if (isDown) return ports.log('left to the sweep', { bundleId });
  for (let tries = 0; tries < 5; tries++) {
    const stored = await ports.bundles.get(bundleId);
    if (!stored) return;
    const until = ports.now().getTime() + seconds * 1000;
    if (!(await ports.bundles.clearDues(bundleId, ['show'], stored.rev, { instead: { show: until } }))) continue;
    return await ports.hints.bundle({ bundleId }, { delaySeconds: seconds });
  }
  ports.log('left to the sweep', { bundleId });
}
