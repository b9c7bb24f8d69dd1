import type { Said } from '../../response/board.ts';

/** One edit per this much for a run that goes on: its steps come faster than anybody reads. */
const runEditMs = 2000;

/**
 * What this sandbox knows of Slack's limits: after a 429 the same method (and channel, for posts) is left alone until it
 * is over, and a running recovery is edited at a readable pace.
 */
export interface Budget {
  /** Seconds to wait before this call, if any. */
  wait(call: string): number | undefined;
  /** Passes the answer on, and remembers a rate limit. */
  note<T>(call: string, said: Said<T>): Said<T>;
  paceRunEdit(ts: string): number | undefined;
}

export function slackBudget(now: () => number = Date.now): Budget {
  const blockedUntil = new Map<string, number>();
  const editedAt = new Map<string, number>();
  return {
    wait(call) {
      const until = blockedUntil.get(call) ?? 0;
      return until > now() ? Math.ceil((until - now()) / 1000) : undefined;
    },
    note(call, said) {
      if (said.kind === 'later') blockedUntil.set(call, now() + said.seconds * 1000);
      return said;
    },
    paceRunEdit(ts) {
      const since = now() - (editedAt.get(ts) ?? Number.NEGATIVE_INFINITY);
      if (since < runEditMs) return Math.ceil((runEditMs - since) / 1000);
      if (editedAt.size > 200) editedAt.clear();
      editedAt.set(ts, now());
      return undefined;
    },
  };
}
