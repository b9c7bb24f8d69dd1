import type { Cause } from '../pattern/cause.ts';
import type { GateHolder } from './gate.ts';
import { type GatePorts, mostLosses } from './gate-ports.ts';

export type CanaryNews =
  /** It is let through, as the only one: `holders` are those whose answer named it. Free again `until`, unless claimed anew. */
  | { what: 'claimed'; workItemId: string; holders: readonly GateHolder[]; until: string }
  | { what: 'done'; workItemId: string }
  /** `until`: when its failure says that the cause ends. `cause`: another one than the holder's proves nothing about that. */
  | { what: 'failed'; workItemId: string; until?: string | undefined; cause?: Cause | undefined }
  /** Given back, or its lease ran out: the next one may try. */
  | { what: 'released'; workItemId: string };

export type CanaryNoted =
  | { kind: 'noted'; holders: GateHolder[] }
  /** Somebody else is the canary, or the gate has changed: ask it again. Nothing of this claim is left. */
  | { kind: 'lost' };

/** The first hold after a failed canary, doubled for each further one. */
const backoffMs = 15 * 60_000;
const longestBackoffMs = 4 * 3_600_000;

/** Writes what became of a canary. Safe to repeat: who is not the canary (any more) changes nothing. */
export async function noteCanary(ports: GatePorts, news: CanaryNews): Promise<CanaryNoted> {
  if (news.what === 'claimed') return claim(ports, news);
  const noted: GateHolder[] = [];
  for (let losses = 0; losses < mostLosses; losses++) {
    const { holders } = await ports.gates.held();
    const mine = holders.filter(({ canary }) => canary?.workItemId === news.workItemId);
    if (mine.length === 0) return { kind: 'noted', holders: noted };
    for (const holder of mine) if (await settle(ports, holder, news)) noted.push(holder);
  }
  throw new Error(`the gates changed ${mostLosses} times while ${news.workItemId} was noted as ${news.what}`);
}

async function claim(
  ports: GatePorts,
  { workItemId, holders, until }: Extract<CanaryNews, { what: 'claimed' }>,
): Promise<CanaryNoted> {
  const claimed: GateHolder[] = [];
  for (const holder of holders) {
    const next = { ...holder, canary: { workItemId, until }, rev: ports.ids.actionId() };
    if (await ports.gates.put(next, { expected: holder.rev })) {
      claimed.push(next);
      continue;
    }
    for (const taken of claimed) await settle(ports, taken, { what: 'released', workItemId });
    return { kind: 'lost' };
  }
  return { kind: 'noted', holders: claimed };
}

function settle(
  { gates, ids, now }: GatePorts,
  holder: GateHolder,
  news: Exclude<CanaryNews, { what: 'claimed' }>,
): Promise<boolean> {
  if (news.what === 'done') {
    return gates.remove(holder, { opened: { by: `canary:${news.workItemId}`.slice(0, 80), at: now().toISOString() } });
  }
  const next = news.what === 'failed' ? afterFailure(holder, news, now()) : withoutCanary(holder);
  return gates.put({ ...next, rev: ids.actionId() }, { expected: holder.rev });
}

function withoutCanary({ canary: _, ...holder }: GateHolder): GateHolder {
  return holder;
}

/** A canary that failed for the same cause renews the hold: until the end that it states, else twice as long as the last time. */
function afterFailure(
  holder: GateHolder,
  { until, cause }: { until?: string | undefined; cause?: Cause | undefined },
  now: Date,
): GateHolder {
  const free = withoutCanary(holder);
  if (cause !== undefined && holder.cause !== undefined && cause !== holder.cause) return free;
  const before = holder.failedCanaries ?? 0;
  const backoff = new Date(now.getTime() + Math.min(backoffMs * 2 ** before, longestBackoffMs)).toISOString();
  const isStated = until !== undefined && Date.parse(until) > now.getTime();
  const opens = isStated
    ? 'at the end that the last try named; one item is tried first'
    : 'at its time, which is later after each try that fails; one item is tried first';
  return { ...free, mode: 'hold', opens, failedCanaries: before + 1, until: isStated ? until : backoff };
}
