import { z } from 'zod';
import type { Dues } from '../attention/attention.ts';
import type { FailureStatus } from '../failure/failure.ts';
import { FailureId } from '../failure/ids.ts';
import { Mention } from '../policy/policy.ts';
import { ComponentName, Level } from '../signal/signal.ts';

/**
 * Failures that share one message instead of having a card each: those of a storm in a channel, or those that a mute holds
 * back. `storm.<channel>.<when it began>` or `mute.<component>.<when it began>`, in epoch milliseconds.
 */
export const BundleId = z
  .string()
  .max(120)
  .regex(/^(storm|mute)\.[A-Za-z0-9._/-]+\.\d{10,16}$/)
  .brand<'BundleId'>();
export type BundleId = z.infer<typeof BundleId>;

export const Bundle = z.object({
  schema: z.literal(1),
  id: BundleId,
  kind: z.enum(['storm', 'mute']),
  /** Where its message belongs. */
  channel: z.string(),
  startedAt: z.iso.datetime(),
  /** What a mute is about. */
  component: ComponentName.optional(),
});
export type Bundle = z.infer<typeof Bundle>;

/** A failure in it, as it was when it was shown last. */
export const BundleLine = z.object({
  failureId: FailureId,
  episode: z.int().min(1),
  version: z.int().min(1),
  level: Level,
  component: ComponentName,
  title: z.string(),
  status: z.enum(['open', 'acknowledged', 'recovering', 'resolved', 'merged']) satisfies z.ZodType<FailureStatus>,
  foldedAt: z.iso.datetime(),
  /** Its own card, once it has one. */
  permalink: z.string().optional(),
  hasCard: z.boolean(),
});
export type BundleLine = z.infer<typeof BundleLine>;

/** Its one message in Slack; written only under its lease. */
export const BundleMessage = z.object({
  posting: z.object({ since: z.number() }).optional(),
  place: z.object({ channel: z.string(), ts: z.string() }).optional(),
  /** Digest of what it shows, and when it was last sent (epoch ms). */
  shown: z.string().optional(),
  shownAt: z.number().optional(),
  /** Whom it has called. */
  rung: z.array(Mention).optional(),
});
export type BundleMessage = z.infer<typeof BundleMessage>;

export interface StoredBundle {
  bundle: Bundle;
  message: BundleMessage;
  dues: Dues;
  attentionAt?: number;
  rev: number;
  sweepAttempts: number;
  parked?: string;
}

export interface BundleStore {
  /**
   * Makes it when it is not there, and sees to it that `show` is due: `promised` when that stands already, so that somebody is
   * on the way. `rev` moves in any case: whoever is about to clear that due has not seen what this one is for. `end` is
   * added with it.
   */
  touch(bundle: Bundle, dues: { show: number; end?: number }): Promise<'added' | 'promised'>;
  /** Consistent read. */
  get(id: BundleId): Promise<StoredBundle | undefined>;
  /** Adds a line, or replaces it by a newer version of the same failure; an older one is left out. */
  keepLine(id: BundleId, line: BundleLine): Promise<void>;
  /** Consistent. */
  lines(id: BundleId): Promise<BundleLine[]>;
  /** Undefined when somebody else holds it. */
  lease(id: BundleId, lease: { holder: string; until: number; now: number }): Promise<StoredBundle | undefined>;
  /** Writes the message if the lease is still this holder's; `release` gives it back. */
  save(id: BundleId, message: BundleMessage, options: { holder: string; release?: boolean }): Promise<boolean>;
  /** Removes dues if `rev` is unchanged, and sets `instead` with the same write. */
  clearDues(id: BundleId, kinds: ('show' | 'end')[], rev: number, options?: { instead?: Dues }): Promise<boolean>;
}

export function isStorm(id: BundleId): boolean {
  return id.startsWith('storm.');
}

export function stormId(channel: string, at: number): BundleId {
  return BundleId.parse(`storm.${channel}.${at}`);
}

/** What its id says of it; its channel is that of the first failure in it. */
export function bundleOf(id: BundleId, channel: string): Bundle {
  const [, kind, name = '', at] = /^(storm|mute)\.(.+)\.(\d+)$/.exec(id) ?? [];
  return {
    schema: 1,
    id,
    kind: kind === 'mute' ? 'mute' : 'storm',
    channel,
    startedAt: new Date(Number(at)).toISOString(),
    ...(kind === 'mute' && { component: name }),
  };
}

export function muteId(component: string, at: number): BundleId {
  return BundleId.parse(`mute.${component}.${at}`);
}
