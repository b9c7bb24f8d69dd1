import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Holder = z.object({ pid: z.int(), holder: z.string() });
export type Holder = z.infer<typeof Holder>;

/**
 * A lock file that says which process holds it, and for what. One whose process is gone is taken over; so is one of the same
 * `holder` where that is said to be safe. Answers who holds it when it is taken.
 */
export function takeLock(
  file: string,
  holder: string,
  { fromSameHolder = false } = {},
): { release(): void } | { heldBy: Holder } {
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, holder }), { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const other = readHolder(file);
    const isOwn = other?.pid === process.pid || (fromSameHolder && other?.holder === holder);
    if (other && !isOwn && isAlive(other.pid)) return { heldBy: other };
    if (tries > 3) throw new Error(`${file}: the lock can be neither taken nor read`);
    rmSync(file, { force: true });
  }
}

/** Unreadable: its writer was cut off before the first byte. */
function readHolder(file: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
