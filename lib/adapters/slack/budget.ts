import type { Later, Said } from '../../response/board.ts';
import type { Level } from '../../signal/signal.ts';

/** One edit per this much for a run that goes on: its steps come faster than anybody reads. */
const runEditMs = 2000;
/** After a rate limit Slack's room stays scarce for about this long. */
const scarceMs = 60_000;
/** Slack takes about one post a second and channel; while that is scarce every other one is kept for levels 4 and 5. */
const lowerPostMs = 2000;
const firstReservedLevel: Level = 4;

/**
 * What this sandbox knows of Slack's limits: after a 429 the same method (and channel, for posts) is left alone until it
 * is over, what is less bad then waits for what is worse, and a running recovery is edited at a readable pace.
 */
export interface Budget {
  /** Whether this call must wait. `level`: of the failure that it posts about. */
  wait(call: string, level?: Level): Later | undefined;
  /** Passes the answer on, and remembers that there was no room. */
  note<T>(call: string, said: Said<T>): Said<T>;
  paceRunEdit(ts: string): Later | undefined;
}

export function slackBudget(now: () => number = Date.now): Budget {
  const blocks = new Map<string, { until: number; isDown: boolean }>();
  const lowerPostAt = new Map<string, number>();
  const editedAt = new Map<string, number>();
  return {
    wait(call, level) {
      const block = blocks.get(call);
      if (!block) return undefined;
      if (block.until > now()) return { ...waitFor(block.until - now()), ...(block.isDown && { isDown: true }) };
      const isReserved = level === undefined || level >= firstReservedLevel;
      if (isReserved || block.isDown || now() >= block.until + scarceMs) return undefined;
      const next = Math.max(lowerPostAt.get(call) ?? 0, block.until) + lowerPostMs;
      if (next > now()) return waitFor(next - now());
      lowerPostAt.set(call, now());
      return undefined;
    },
    note(call, said) {
      if (said.kind === 'later') {
        blocks.set(call, { until: now() + said.seconds * 1000, isDown: said.isDown ?? false });
      }
      return said;
    },
    paceRunEdit(ts) {
      const since = now() - (editedAt.get(ts) ?? Number.NEGATIVE_INFINITY);
      if (since < runEditMs) return waitFor(runEditMs - since);
      if (editedAt.size > 200) editedAt.clear();
      editedAt.set(ts, now());
      return undefined;
    },
  };
}

function waitFor(ms: number): Later {
  return { kind: 'later', seconds: Math.ceil(ms / 1000) };
}
