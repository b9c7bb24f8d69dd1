import type { Actor } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';
import { componentPolicy } from '../policy/policy.ts';
import type { BundleHints, Ids, Log, Now } from '../ports.ts';
import { type BundleStore, bundleOf, muteId } from './bundle.ts';
import { longestMuteMs, type Mute, type MuteStore, shortestMuteMs, stands } from './mute.ts';

export interface MutePorts {
  mutes: MuteStore;
  bundles: Pick<BundleStore, 'touch'>;
  hints: BundleHints;
  policy: Policy;
  ids: Pick<Ids, 'actionId'>;
  now: Now;
  log: Log;
}

export type Muted =
  | { kind: 'muted'; mute: Mute }
  /** It was muted already: its time and reason are these now. */
  | { kind: 'changed'; mute: Mute }
  | { kind: 'too-long' }
  | { kind: 'too-short' };

export type Unmuted = { kind: 'unmuted'; mute: Mute } | { kind: 'not-muted' };

const mostLosses = 20;

/** Nobody hears of a component for a while. Safe to repeat: one mute a component, and its message is posted once. */
export async function muteComponent(
  ports: MutePorts,
  { component, forMs, by, reason }: { component: string; forMs: number; by: Actor; reason: string },
): Promise<Muted> {
  if (forMs > longestMuteMs) return { kind: 'too-long' };
  if (forMs < shortestMuteMs) return { kind: 'too-short' };
  for (let losses = 0; losses < mostLosses; losses++) {
    const current = await ports.mutes.get(component);
    const at = ports.now();
    const until = new Date(at.getTime() + forMs).toISOString();
    const standing = stands(current, at) ? current : undefined;
    const mute: Mute = {
      schema: 1,
      component,
      bundle: standing?.bundle ?? muteId(component, at.getTime()),
      since: standing?.since ?? at.toISOString(),
      until,
      by,
      reason,
      rev: ports.ids.actionId(),
    };
    // Its message is promised first, so that no mute stands of which nobody is told. One that never stood says nothing.
    await promise(ports, mute);
    if (!(await ports.mutes.put(mute, { expected: current?.rev }))) continue;
    await tell(ports, mute);
    ports.log('muted', { component, by, until });
    return { kind: standing ? 'changed' : 'muted', mute };
  }
  throw new Error(`the mute of ${component} changed ${mostLosses} times while it was being set`);
}

/** Before its time: what it held back and is still open gets its card now. */
export async function unmuteComponent(
  ports: MutePorts,
  { component, by }: { component: string; by: Actor },
): Promise<Unmuted> {
  for (let losses = 0; losses < mostLosses; losses++) {
    const current = await ports.mutes.get(component);
    const at = ports.now();
    if (!stands(current, at)) return { kind: 'not-muted' };
    const mute = { ...current, ended: { by, at: at.toISOString() }, rev: ports.ids.actionId() };
    await promise(ports, mute);
    if (!(await ports.mutes.put(mute, { expected: current.rev }))) continue;
    await tell(ports, mute);
    ports.log('unmuted', { component, by });
    return { kind: 'unmuted', mute };
  }
  throw new Error(`the mute of ${component} changed ${mostLosses} times while it was being ended`);
}

/** How soon the message is looked at when whoever mutes dies right after: the sweep's time. */
const afterMs = 2000;

async function promise({ bundles, policy, now }: MutePorts, { bundle, component, until }: Mute): Promise<void> {
  const show = now().getTime() + afterMs;
  await bundles.touch(bundleOf(bundle, channelOf(policy, component)), { show, end: Date.parse(until) });
}

async function tell(ports: MutePorts, mute: Mute): Promise<void> {
  await promise(ports, mute);
  await ports.hints.bundle({ bundleId: mute.bundle }, { delaySeconds: afterMs / 1000 });
}

function channelOf(policy: Policy, component: string): string {
  return componentPolicy(policy, component).channel ?? policy.channels.default;
}

/** Those that stand now, the one that ends first first. */
export async function standingMutes({ mutes, now }: { mutes: Pick<MuteStore, 'list'>; now: Now }): Promise<Mute[]> {
  const at = now();
  const standing = (await mutes.list()).filter((mute) => stands(mute, at));
  return standing.toSorted((one, other) => one.until.localeCompare(other.until));
}
