import { redact } from '../lib/adapters/redaction/redact.ts';
import { redactJson } from '../lib/signal/redact-json.ts';
import { Signal, type SignalInput } from '../lib/signal/signal.ts';
import { sendBody, sqsClientFor } from './queue.ts';
import { spoolSignal } from './spool.ts';

export type Filed = { kind: 'sent' } | { kind: 'kept'; file: string; why: string };

/** Longer than this nobody waits for a command that is over already. */
const sendTimeoutMs = 5000;

/** Redacts every text, then sends the signal; when the queue cannot be reached it is kept for the next time. */
export async function fileSignal(
  input: SignalInput,
  { queueUrl, spool }: { queueUrl: string; spool: string },
): Promise<Filed> {
  const signal = Signal.parse(await redactSignal(input));
  const entry = { queueUrl, body: JSON.stringify(signal) };
  const sqs = sqsClientFor(queueUrl);
  try {
    await sendBody(sqs, queueUrl, entry.body, { abortSignal: AbortSignal.timeout(sendTimeoutMs) });
    return { kind: 'sent' };
  } catch (error) {
    return { kind: 'kept', file: spoolSignal(spool, signal.id, entry), why: reasonOf(error) };
  } finally {
    sqs.destroy();
  }
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

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'it did not answer in time';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code ?? (error.message.split('\n')[0] || error.name);
}
