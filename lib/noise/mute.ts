import { z } from 'zod';
import { Actor } from '../failure/ids.ts';
import { ComponentName } from '../signal/signal.ts';
import { BundleId } from './bundle.ts';

/** Longer silence is forgotten silence. */
export const longestMuteMs = 24 * 60 * 60_000;
export const shortestMuteMs = 5 * 60_000;

/** A component that nobody wants to hear of for a while. One a component; it is kept after its end. */
export const Mute = z.object({
  schema: z.literal(1),
  component: ComponentName,
  /** The bundle of what it holds back. */
  bundle: BundleId,
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  by: Actor,
  reason: z.string().min(1).max(300),
  /** It was ended before its time. */
  ended: z.object({ by: Actor, at: z.iso.datetime() }).optional(),
  rev: z.string(),
});
export type Mute = z.infer<typeof Mute>;

export interface MuteStore {
  /** Consistent read. */
  get(component: string): Promise<Mute | undefined>;
  /** Those of all components, also some that are over. */
  list(): Promise<Mute[]>;
  /** False when it is not as it was read: `expected` is its `rev`, undefined when there was none. */
  put(mute: Mute, options: { expected: string | undefined }): Promise<boolean>;
}

export function stands(mute: Mute | undefined, at: Date): mute is Mute {
  return mute !== undefined && !mute.ended && Date.parse(mute.until) > at.getTime();
}

/** When it was or will be over. */
export function endOf({ until, ended }: Pick<Mute, 'until' | 'ended'>): string {
  return ended && ended.at < until ? ended.at : until;
}
