import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { sendBody, sqsClientFor } from './queue.ts';

/** A signal that is not sent yet: already redacted, with where it goes. */
const Spooled = z.strictObject({ queueUrl: z.url(), body: z.string() });
export type Spooled = z.infer<typeof Spooled>;

export type Filed =
  | { kind: 'sent' }
  /** It goes with the next run. */
  | { kind: 'kept'; why: string }
  /** The queue will never take it: it lies in `file`, out of the way of others. */
  | { kind: 'refused'; why: string; file: string };

/** Where signals wait for a queue that cannot be reached. */
export function spoolFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.KINTSUGI_SPOOL) return env.KINTSUGI_SPOOL;
  const state = env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'kintsugi', 'spool');
}

/** Keeps a signal until it is sent; on disk when it returns. Written whole under another name first, so that nobody reads half of it. */
export function spoolSignal(folder: string, id: string, entry: Spooled): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${Date.now()}-${id}.json`);
  const part = `${file}.part`;
  try {
    const opened = openSync(part, 'w', 0o600);
    try {
      writeFileSync(opened, JSON.stringify(entry));
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  return file;
}

/** The signal of this id, when it waits to be sent: told again, it is not kept a second time. */
export function keptInSpool(folder: string, id: string): { file: string; entry: Spooled } | undefined {
  for (const file of waitingIn(folder).filter((name) => name.endsWith(`-${id}.json`))) {
    const entry = readSpooled(file);
    if (entry) return { file, entry };
  }
  return undefined;
}

/** Sends one kept signal and forgets it. Sent twice is harmless: the id is the same. */
export async function sendSpooled(file: string | undefined, entry: Spooled, abortSignal: AbortSignal): Promise<Filed> {
  const sqs = sqsClientFor(entry.queueUrl);
  try {
    await sendBody(sqs, entry.queueUrl, entry.body, { abortSignal });
    if (file !== undefined) rmSync(file, { force: true });
    return { kind: 'sent' };
  } catch (error) {
    const why = reasonOf(error);
    return isFinal(error) && file !== undefined
      ? { kind: 'refused', why, file: setAside(file) }
      : { kind: 'kept', why };
  } finally {
    sqs.destroy();
  }
}

/**
 * Sends what waits, oldest first, until the time is up. A queue that does not answer holds up only what is for it; what no
 * queue will ever take is set aside and named in a line.
 */
export async function flushSpool(
  folder: string,
  { timeoutMs, say }: { timeoutMs: number; say: (line: string) => void },
): Promise<void> {
  const abortSignal = AbortSignal.timeout(timeoutMs);
  const byQueue = new Map<string, { file: string; entry: Spooled }[]>();
  for (const file of waitingIn(folder)) {
    const entry = readSpooled(file);
    if (entry) byQueue.set(entry.queueUrl, [...(byQueue.get(entry.queueUrl) ?? []), { file, entry }]);
    else if (existsSync(file)) say(refusedLine('it cannot be read', setAside(file)));
  }
  await Promise.all(
    [...byQueue.values()].map(async (waiting) => {
      for (const { file, entry } of waiting) {
        const filed = await sendSpooled(file, entry, abortSignal);
        if (filed.kind === 'kept') return;
        if (filed.kind === 'refused') say(refusedLine(filed.why, filed.file));
      }
    }),
  );
}

export const refusedLine = (why: string, file: string) =>
  `kintsugi: a failure cannot be filed (${why}); it is kept in ${file}`;

/** No later try will do better. */
function isFinal(error: unknown): boolean {
  return error instanceof Error && /QueueDoesNotExist|NonExistentQueue|AccessDenied/.test(error.name);
}

function setAside(file: string): string {
  const folder = join(dirname(file), 'refused');
  const aside = join(folder, basename(file));
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    renameSync(file, aside);
    return aside;
  } catch {
    // Another `kintsugi` did it in this moment, or the disk does not let us.
    return existsSync(aside) ? aside : file;
  }
}

function waitingIn(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return files.sort().map((file) => join(folder, file));
  } catch {
    return [];
  }
}

/** Undefined also when another `kintsugi` has sent and removed it in this moment. */
function readSpooled(file: string): Spooled | undefined {
  try {
    return Spooled.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'it did not answer in time';
  if (isFinal(error)) return error.name;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code ?? (error.message.split('\n')[0] || error.name);
}
