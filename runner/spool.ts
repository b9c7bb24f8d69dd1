import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { sendBody, sqsClientFor } from './queue.ts';

/** A signal that could not be sent yet: already redacted, with where it goes. */
const Spooled = z.strictObject({ queueUrl: z.url(), body: z.string() });

/** Where signals wait for a queue that cannot be reached. */
export function spoolFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.KINTSUGI_SPOOL) return env.KINTSUGI_SPOOL;
  const state = env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'kintsugi', 'spool');
}

/** Keeps a signal until it can be sent. Written whole under another name first, so that nobody reads half of it. */
export function spoolSignal(folder: string, id: string, entry: { queueUrl: string; body: string }): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${Date.now()}-${id}.json`);
  writeFileSync(`${file}.part`, JSON.stringify(entry), { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return file;
}

/** Sends what waits, oldest first, until the time is up or a queue does not answer. Sent twice is harmless: the id is the same. */
export async function flushSpool(folder: string, { timeoutMs }: { timeoutMs: number }): Promise<number> {
  const abortSignal = AbortSignal.timeout(timeoutMs);
  let sent = 0;
  for (const file of waitingIn(folder)) {
    const entry = Spooled.safeParse(readJson(file));
    if (!entry.success) continue;
    const sqs = sqsClientFor(entry.data.queueUrl);
    try {
      await sendBody(sqs, entry.data.queueUrl, entry.data.body, { abortSignal });
      rmSync(file, { force: true });
      sent++;
    } catch {
      return sent;
    } finally {
      sqs.destroy();
    }
  }
  return sent;
}

function waitingIn(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return files.sort().map((file) => join(folder, file));
  } catch {
    return [];
  }
}

/** Another `kintsugi` may have sent and removed it in this moment. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
