import { intentFenceMs } from '../failure/record-signals.ts';
import type { AttentionItem, AttentionStore, AttentionTarget, BundleHints, FailureStore, Hints } from '../ports.ts';
import { backoffMs, type DueKind, maxSweepAttempts, mayPark } from './attention.ts';
import { type SettlePorts, settleLostIntents } from './settle-lost-intents.ts';

export type SweepPorts = SettlePorts & {
  attention: AttentionStore;
  failures: FailureStore;
  hints: Hints & BundleHints;
};

/** The index is asked this far ahead, since the next sweep comes in a minute; what is not due yet is sent with a delay. */
const aheadMs = 60_000;
const pageSize = 100;

/**
 * Sends again whatever is due, oldest first, to the end of what is due now. Each item is first pushed back, then sent, so
 * two sweeps at once send once.
 */
export async function sweep(
  ports: SweepPorts,
  { deadline }: { deadline: number },
): Promise<{ looked: number; sent: number }> {
  const before = ports.now().getTime() + aheadMs;
  let looked = 0;
  let sent = 0;
  // Page after page by place: neither what cannot be looked at, nor what the lagging index still lists, is met again.
  let after: string | undefined;
  for (;;) {
    const page = await ports.attention.due(before, pageSize, after);
    for (const { target } of page) {
      if (ports.now().getTime() > deadline) return { looked, sent };
      looked++;
      try {
        if (await lookAt(ports, target)) sent++;
      } catch (error) {
        // One item must not keep the others waiting; its due stands and the next sweep comes.
        ports.log('sweep could not look', { target: nameOf(target), error: String(error) });
        await countInVain(ports, target, String(error));
      }
    }
    after = page.at(-1)?.place;
    if (page.length < pageSize) return { looked, sent };
  }
}

async function lookAt(ports: SweepPorts, target: AttentionTarget): Promise<boolean> {
  const item = await ports.attention.read(target);
  if (!item) return false;
  const now = ports.now().getTime();
  const kinds = (Object.entries(item.dues) as [DueKind, number][])
    .filter(([, at]) => at <= now + aheadMs)
    .map(([kind]) => kind);
  if (target.kind === 'group' && item.dues.settle !== undefined) return lookAtGroup(ports, target, item, now);
  if (kinds.length === 0) {
    // Left early by a refused clean-up: back to its real time, or out of the index.
    await ports.attention.forget(item);
    return false;
  }
  // First pushed back, then sent: of two sweeps at once one sends.
  if (!(await pushBackOrPark(ports, item, 'no answer', kinds.join(', ')))) return false;
  await send(ports.hints, target, item, kinds, now);
  ports.log('sent again', { target: nameOf(target), dues: kinds.join(','), attempt: item.attempts + 1 });
  return true;
}

/** False when it was parked, or another sweep was first. */
async function pushBackOrPark(
  ports: SweepPorts,
  item: AttentionItem,
  how: 'no answer' | 'failed',
  what: string,
): Promise<boolean> {
  const target = nameOf(item.target);
  if (item.attempts >= maxSweepAttempts && mayPark(item)) {
    const reason = `${how} after ${item.attempts} attempts: ${what.slice(0, 300)}`;
    if (await ports.attention.park(item, reason)) {
      ports.log('parked', { target, dues: Object.keys(item.dues).join(','), reason });
    }
    return false;
  }
  const now = ports.now().getTime();
  const attempts = item.attempts + 1;
  const until = now + aheadMs + backoffMs(attempts);
  return ports.attention.pushBack(item, until, { attempts, dueBefore: now + aheadMs + 1 });
}

/** What threw counts as an attempt, too, as far as its item can be read and written at all. */
async function countInVain(ports: SweepPorts, target: AttentionTarget, reason: string): Promise<void> {
  try {
    const item = await ports.attention.read(target);
    // Thrown after it was pushed back: counted already.
    if (item && item.attentionAt <= ports.now().getTime() + aheadMs)
      await pushBackOrPark(ports, item, 'failed', reason);
  } catch (error) {
    ports.log('sweep could not push back', { target: nameOf(target), error: String(error) });
  }
}

/** Young intents are looked at again when their fence has passed; one that could not be settled, with backoff. */
async function lookAtGroup(
  ports: SweepPorts,
  target: AttentionTarget & { kind: 'group' },
  item: AttentionItem,
  now: number,
): Promise<boolean> {
  const group = await ports.ledger.group(target.fingerprint);
  if (!group) return false;
  const { settled, young, failed } = await settleLostIntents(ports, group);
  if (young > 0) await ports.attention.pushBack(item, now + intentFenceMs);
  else if (failed[0] !== undefined) await pushBackOrPark(ports, item, 'failed', failed[0]);
  return settled > 0;
}

async function send(
  hints: Hints & BundleHints,
  target: AttentionTarget,
  item: AttentionItem,
  kinds: DueKind[],
  now: number,
): Promise<void> {
  const delay = (kind: DueKind) => ({ delaySeconds: Math.max(0, ((item.dues[kind] ?? now) - now) / 1000) });
  if (target.kind === 'run') await hints.recovery({ failureId: target.failureId, runId: target.runId }, delay('run'));
  if (target.kind === 'work') {
    const first = Math.min(...kinds.map((kind) => item.dues[kind] ?? now));
    await hints.work({ workItemId: target.workItemId }, { delaySeconds: Math.max(0, (first - now) / 1000) });
  }
  if (target.kind === 'bundle') {
    const first = Math.min(...kinds.map((kind) => item.dues[kind] ?? now));
    await hints.bundle({ bundleId: target.bundleId }, { delaySeconds: Math.max(0, (first - now) / 1000) });
  }
  if (target.kind !== 'failure') return;
  const { failureId } = target;
  const card = kinds.includes('show') ? 'show' : kinds.includes('counts') ? 'counts' : undefined;
  if (card) await hints.notify({ failureId }, delay(card));
  if (kinds.includes('learn')) await hints.learn({ failureId }, delay('learn'));
  const effects = kinds.includes('effects') ? 'effects' : kinds.includes('forget') ? 'forget' : undefined;
  if (effects) await hints.effects({ failureId }, delay(effects));
}

function nameOf(target: AttentionTarget): string {
  if (target.kind === 'group') return target.fingerprint;
  if (target.kind === 'work') return target.workItemId;
  if (target.kind === 'bundle') return target.bundleId;
  return target.kind === 'run' ? `${target.failureId}/${target.runId}` : target.failureId;
}
