import { randomBytes, randomInt } from 'node:crypto';

/** What a person just did; the app may answer it with a view within three seconds, once. */
export interface TriggerOrigin {
  user: string;
  channel?: string;
  /** The modal that the person acted in. */
  viewId?: string;
}

export type TriggerVerdict =
  | { kind: 'good'; origin: TriggerOrigin }
  | { kind: 'refused'; error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' };

export interface Triggers {
  issue(origin: TriggerOrigin): string;
  /** Uses it up. */
  exchange(id: string): TriggerVerdict;
}

const lifetimeMs = 3000;
/** Kept after they expired, so that a late use is told why. */
const rememberedMs = 600_000;

export function createTriggers(now: () => number): Triggers {
  const issued = new Map<string, { origin: TriggerOrigin; at: number; isUsed: boolean }>();
  return {
    issue(origin) {
      for (const [id, { at }] of issued) {
        if (now() - at <= rememberedMs) break;
        issued.delete(id);
      }
      const digits = () => randomInt(10 ** 11, 10 ** 12);
      const id = `${digits()}.${digits()}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { origin, at: now(), isUsed: false });
      return id;
    },
    exchange(id) {
      const trigger = issued.get(id);
      if (!trigger) return { kind: 'refused', error: 'invalid_trigger_id' };
      if (trigger.isUsed) return { kind: 'refused', error: 'exchanged_trigger_id' };
      if (now() - trigger.at > lifetimeMs) return { kind: 'refused', error: 'expired_trigger_id' };
      trigger.isUsed = true;
      return { kind: 'good', origin: trigger.origin };
    },
  };
}
