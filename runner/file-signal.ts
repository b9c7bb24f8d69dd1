import { redact } from '../lib/adapters/redaction/redact.ts';
import { redactJson } from '../lib/signal/redact-json.ts';
import { Signal, type SignalInput } from '../lib/signal/signal.ts';
import { type Filed, refusedLine, type Spooled, sendSpooled, spoolSignal } from './spool.ts';

/** Longer than this nobody waits for a command that is over already. */
const sendTimeoutMs = 5000;

export interface KeptSignal {
  /** Undefined: this disk does not let us. */
  file: string | undefined;
  /** Why it does not. */
  notKept?: string;
  entry: Spooled;
}

/** Redacts every text, and keeps the signal on this host's disk: from here on it is not lost, whatever ends this process. */
export async function keepSignal(
  input: SignalInput,
  { queueUrl, spool }: { queueUrl: string; spool: string },
): Promise<KeptSignal> {
  const signal = Signal.parse(await redactSignal(input));
  const entry = { queueUrl, body: JSON.stringify(signal) };
  try {
    return { file: spoolSignal(spool, signal.id, entry), entry };
  } catch (error) {
    // It can still be sent.
    return { file: undefined, entry, notKept: error instanceof Error ? error.message : String(error) };
  }
}

/** Sends a kept signal; when the queue cannot be reached it stays for the next time. */
export function sendKept({ file, entry }: KeptSignal, stop?: AbortSignal): Promise<Filed> {
  const timeUp = AbortSignal.timeout(sendTimeoutMs);
  return sendSpooled(file, entry, stop ? AbortSignal.any([timeUp, stop]) : timeUp);
}

/** What to say of a signal that was not sent. */
export function notSentLine(filed: Exclude<Filed, { kind: 'sent' }>, { file, notKept }: KeptSignal): string {
  if (file === undefined)
    return `kintsugi: the failure could be neither sent (${filed.why}) nor kept (${notKept}). File it by hand once that is mended: kintsugi report`;
  if (filed.kind === 'refused') return refusedLine(filed.why, filed.file);
  return `kintsugi: the failures queue cannot be reached (${filed.why}); kept in ${file}, sent with the next run`;
}

/** Ids, times and hashes are no free text. */
async function redactSignal(input: SignalInput): Promise<SignalInput> {
  const { version, id, occurredAt, component, git, summary, ...rest } = input;
  return {
    version,
    id,
    occurredAt,
    component,
    ...(git && { git: { ...git, ...(git.branch && { branch: await redact(git.branch) }) } }),
    summary: await redact(summary),
    ...((await redactJson(rest, redact)) as typeof rest),
  };
}
