import { setTimeout as delay } from 'node:timers/promises';

export interface Stopping {
  name: string;
  limitMs: number;
  stop(): Promise<unknown>;
}

/** Stops them all at once, each within its own limit. Answers what did not end well, a line each; the others are unharmed. */
export async function stopTogether(all: readonly Stopping[]): Promise<string[]> {
  const problems = await Promise.all(all.map(stopOne));
  return problems.filter((problem) => problem !== undefined);
}

async function stopOne({ name, limitMs, stop }: Stopping): Promise<string | undefined> {
  const over = new AbortController();
  const limit = delay(limitMs, `${name} did not stop within ${limitMs / 1000} s`, { signal: over.signal });
  try {
    return await Promise.race([limit, stop().then(() => undefined)]);
  } catch (error) {
    return `${name} did not stop: ${error instanceof Error ? error.message : error}`;
  } finally {
    limit.catch(() => {});
    over.abort();
  }
}
