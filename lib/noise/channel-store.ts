import type { BundleId } from './bundle.ts';
import type { Asker } from './turns.ts';

/**
 * A share of what a channel, or the workspace, takes: one every `everyMs`, and `burst` at once. In any minute there are at
 * most `burst + 60,000 / everyMs`, wherever the minute begins.
 */
export interface Rate {
  everyMs: number;
  burst: number;
}

/** What all sandboxes share of a channel. */
export interface ChannelStore {
  /**
   * Takes one, or says how long until there may be one again. Of one name several rates may be asked: with a smaller burst,
   * what is less urgent leaves the rest to what is more urgent. An asker that must wait keeps its turn.
   */
  take(name: string, rate: Rate, now: number, asker?: Asker): Promise<'taken' | { waitMs: number }>;
  /** The storm of this channel, and when the last failure was folded into it. */
  storm(channel: string): Promise<Storm | undefined>;
  /** The storm that stands if its last failure is not older than `quietMs`, else a new one; that is now its last failure. */
  joinStorm(channel: string, options: { now: number; quietMs: number }): Promise<BundleId>;
}

export interface Storm {
  id: BundleId;
  foldedAt: number;
}

/** When the next one would be, if one is taken now; undefined: there is none to be had. */
export function takeAt(next: number | undefined, { everyMs, burst }: Rate, now: number): number | undefined {
  const from = Math.max(next ?? 0, now);
  return from + everyMs > now + everyMs * burst ? undefined : from + everyMs;
}

/** How long until `next` leaves room again. */
export function waitFor(next: number, { everyMs, burst }: Rate, now: number): number {
  return Math.max(next - everyMs * (burst - 1) - now, 1);
}
