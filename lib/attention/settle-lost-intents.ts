import { openOrUpdate } from '../failure/open-failure.ts';
import { holdGates, intentFenceMs, type RecordPorts, seenAt } from '../failure/record-signals.ts';
import type { Group, Intent, Log, Now, SignalLedger } from '../ports.ts';

export type SettlePorts = RecordPorts & { ledger: SignalLedger; now: Now; log: Log };

/**
 * A writer that died between its intent and its settlement: what it recorded is read back by its batch, its failure is
 * opened if that was not done, and it is settled, conditionally, once. Younger intents may still have a living writer.
 * One that cannot be settled does not keep the others waiting.
 */
export async function settleLostIntents(
  ports: SettlePorts,
  group: Group,
): Promise<{ settled: number; young: number; failed: string[] }> {
  const outcome = { settled: 0, young: 0, failed: [] as string[] };
  const now = ports.now().getTime();
  for (const [batch, intent] of Object.entries(group.intents)) {
    if (intent.at + intentFenceMs > now) {
      outcome.young++;
      continue;
    }
    try {
      if (await settleIntent(ports, group, batch, intent)) outcome.settled++;
    } catch (error) {
      ports.log('could not settle', { fingerprint: group.fingerprint, batch, error: String(error) });
      outcome.failed.push(`${batch}: ${String(error)}`);
    }
  }
  return outcome;
}

async function settleIntent(ports: SettlePorts, group: Group, batch: string, intent: Intent): Promise<boolean> {
  const { fingerprint, failureId } = group;
  const signals = (await ports.ledger.recordedBy(batch, intent.signals)).map(({ signal }) => signal);
  if (signals.length > 0) await holdGates(ports, group, signals);
  if (signals.length > 0) await openOrUpdate(ports, { fingerprint, failureId, signals, batch });
  const count = signals.length;
  const isMine = await ports.ledger.settle({ fingerprint, batch, count, ...seenAt(signals) });
  ports.log('settled for a lost writer', { fingerprint, batch, counted: count });
  return isMine;
}
