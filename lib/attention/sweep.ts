import { openOrUpdate } from '../failure/open-failure.ts';
import { intentFenceMs, type RecordPorts, seenAt } from '../failure/record-signals.ts';
import type {
  AttentionItem,
  AttentionStore,
  AttentionTarget,
  FailureStore,
  Hints,
  Log,
  Now,
  SignalLedger,
} from '../ports.ts';
import { backoffMs, type DueKind, maxSweepAttempts } from './attention.ts';

export type SweepPorts = RecordPorts & {
  attention: AttentionStore;
  ledger: SignalLedger;
  failures: FailureStore;
  hints: Hints;
  now: Now;
  log: Log;
};

/** The index is asked this far ahead, since the next sweep comes in a minute; what is not due yet is sent with a delay. */
const aheadMs = 60_000;
const pageSize = 100;

/** Sends again whatever is due. Each item is first pushed back, then sent, so two sweeps at once send once. */
export async function sweep(
  ports: SweepPorts,
  { deadline }: { deadline: number },
): Promise<{ looked: number; sent: number }> {
  const seen = new Set<string>();
  let sent = 0;
  for (;;) {
    const start = ports.now().getTime();
    const targets = (await ports.attention.due(start + aheadMs, pageSize)).filter(
      (target) => !seen.has(nameOf(target)),
    );
    for (const target of targets) {
      if (ports.now().getTime() > deadline) return { looked: seen.size, sent };
      seen.add(nameOf(target));
      try {
        if (await lookAt(ports, target)) sent++;
      } catch (error) {
        // One item must not keep the others waiting; its due stands and the next sweep comes.
        ports.log('sweep could not look', { target: nameOf(target), error: String(error) });
      }
    }
    // The index lags: an item that was looked at may still be in it.
    if (targets.length === 0) return { looked: seen.size, sent };
  }
}

async function lookAt(ports: SweepPorts, target: AttentionTarget): Promise<boolean> {
  const item = await ports.attention.read(target);
  if (!item) return false;
  const now = ports.now().getTime();
  const kinds = (Object.entries(item.dues) as [DueKind, number][])
    .filter(([, at]) => at <= now + aheadMs)
    .map(([kind]) => kind);
  if (target.kind === 'group' && item.dues.settle !== undefined) return settleLostIntents(ports, target, item, now);
  if (kinds.length === 0) {
    // Left early by a refused clean-up: back to its real time, or out of the index.
    await ports.attention.forget(item);
    return false;
  }
  if (item.attempts >= maxSweepAttempts) {
    await ports.attention.park(item, `no answer after ${item.attempts} attempts: ${kinds.join(', ')}`);
    ports.log('parked', { target: nameOf(target), dues: kinds.join(',') });
    return false;
  }
  const attempts = item.attempts + 1;
  const until = now + aheadMs + backoffMs(attempts);
  // First pushed back, then sent: of two sweeps at once one sends.
  if (!(await ports.attention.pushBack(item, until, { attempts, dueBefore: now + aheadMs + 1 }))) return false;
  await send(ports.hints, target, item, kinds, now);
  ports.log('sent again', { target: nameOf(target), dues: kinds.join(','), attempt: attempts });
  return true;
}

async function send(
  hints: Hints,
  target: AttentionTarget,
  item: AttentionItem,
  kinds: DueKind[],
  now: number,
): Promise<void> {
  const delay = (kind: DueKind) => ({ delaySeconds: Math.max(0, ((item.dues[kind] ?? now) - now) / 1000) });
  if (target.kind === 'run') await hints.recovery({ failureId: target.failureId, runId: target.runId }, delay('run'));
  if (target.kind !== 'failure') return;
  const { failureId } = target;
  const card = kinds.includes('show') ? 'show' : kinds.includes('counts') ? 'counts' : undefined;
  if (card) await hints.notify({ failureId }, delay(card));
  if (kinds.includes('learn')) await hints.learn({ failureId }, delay('learn'));
}

/**
 * A writer that died between its intent and its settlement: what it recorded is read back by its batch, its failure is
 * opened if that was not done, and it is settled, conditionally, once. Younger intents may still have a living writer.
 */
async function settleLostIntents(
  ports: SweepPorts,
  target: AttentionTarget & { kind: 'group' },
  item: AttentionItem,
  now: number,
): Promise<boolean> {
  const group = await ports.ledger.group(target.fingerprint);
  if (!group) return false;
  let settled = false;
  for (const [batch, intent] of Object.entries(group.intents)) {
    if (intent.at + intentFenceMs > now) continue;
    const recorded = await ports.ledger.recordedBy(batch, intent.signals);
    const signals = recorded.map(({ signal }) => signal);
    if (signals.length > 0)
      await openOrUpdate(ports, { fingerprint: target.fingerprint, failureId: group.failureId, signals, batch });
    const count = signals.length;
    settled = await ports.ledger.settle({ fingerprint: target.fingerprint, batch, count, ...seenAt(signals) });
    ports.log('settled for a lost writer', { fingerprint: target.fingerprint, batch, counted: count });
  }
  // Young intents are looked at again when their fence has passed; never later than that distance from now.
  if (!settled) await ports.attention.pushBack(item, now + intentFenceMs);
  return settled;
}

function nameOf(target: AttentionTarget): string {
  if (target.kind === 'group') return target.fingerprint;
  return target.kind === 'run' ? `${target.failureId}/${target.runId}` : target.failureId;
}
