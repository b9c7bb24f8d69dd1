import { SignalIdReusedError } from '../errors.ts';
import { fingerprint } from '../signal/fingerprint.ts';
import type { FailureId } from './ids.ts';
import { openOrUpdate } from './open-failure.ts';
import { type IncomingSignal, type RecordPorts, recordSignals } from './record-signals.ts';
import { standingFor } from './standing-for.ts';

/**
 * Files one signal at once, for a person who waits for the answer. Throws when it cannot be stored, and
 * SignalIdReusedError when its id came before with other words.
 */
export async function fileSignal(ports: RecordPorts, incoming: IncomingSignal): Promise<FailureId> {
  const answer = (await recordSignals(ports, [incoming])).get(incoming);
  switch (answer?.kind) {
    case 'stored':
      return answer.failureId;
    case 'failed':
      throw answer.error;
    case 'reused':
      throw new SignalIdReusedError(incoming.signal.id);
    default:
      return failureOf(ports, incoming);
  }
}

/** Whose a repeated signal is. The first try may have died before its failure was opened: then it is opened now. */
async function failureOf(ports: RecordPorts, { signal, reporter }: IncomingSignal): Promise<FailureId> {
  const { fingerprint: group } = fingerprint(signal);
  const known = await ports.ledger.group(group);
  if (!known) throw new SignalIdReusedError(signal.id);
  const standing = await standingFor(ports.failures, known.failureId);
  if (standing) return standing.failure.id;
  const batch = ports.ids.actionId();
  const opening = { fingerprint: group, failureId: known.failureId, signals: [signal], reporter, batch };
  return (await openOrUpdate(ports, opening)).failureId;
}
