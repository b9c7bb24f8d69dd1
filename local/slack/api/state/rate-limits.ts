/** Slack's tiers, in calls a minute; `post` is chat.postMessage, about one a second and channel. */
export type Tier = 1 | 2 | 3 | 4 | 'special' | 'post';

export interface RateLimits {
  /** Counts a call; a number of seconds to wait means that it is refused. */
  take(call: { method: string; tier: Tier; channel?: string | undefined }): { retryAfterSeconds: number } | undefined;
}

/** `timesSlack: 10` is ten times as generous as Slack. */
export type RateLimitOption = 'slack' | 'off' | { timesSlack: number };

const perMinute = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;
const postBurst = 5;
const postsPerMinuteInAll = 300;

/**
 * Token buckets. A tier's bucket holds a whole minute's calls, so a caller who keeps to Slack's published number is
 * never refused; above it, calls are allowed as the bucket fills again.
 */
export function createRateLimits(option: RateLimitOption, now: () => number): RateLimits {
  if (option === 'off') return { take: () => undefined };
  const times = option === 'slack' ? 1 : option.timesSlack;
  const buckets = new Map<string, { level: number; at: number }>();

  const waitFor = (name: string, capacity: number, perSecond: number) => {
    const at = now();
    const bucket = buckets.get(name) ?? { level: capacity, at };
    bucket.level = Math.min(capacity, bucket.level + (Math.max(0, at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    buckets.set(name, bucket);
    if (bucket.level >= 1) return { bucket, seconds: 0 };
    return { bucket, seconds: Math.max(1, Math.ceil((1 - bucket.level) / perSecond)) };
  };

  return {
    take({ method, tier, channel }) {
      if (tier === 'special') return undefined;
      const waits =
        tier === 'post'
          ? [
              waitFor(`${method}#${channel}`, postBurst * times, times),
              waitFor(method, postsPerMinuteInAll * times, (postsPerMinuteInAll / 60) * times),
            ]
          : [waitFor(method, perMinute[tier] * times, (perMinute[tier] / 60) * times)];
      const seconds = Math.max(...waits.map((wait) => wait.seconds));
      if (seconds > 0) return { retryAfterSeconds: seconds };
      for (const { bucket } of waits) bucket.level -= 1;
      return undefined;
    },
  };
}
