import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { identify, isAlive } from './process-identity.ts';

const Holder = z.object({ pid: z.int(), birth: z.string(), token: z.string(), holder: z.string() });
export type Holder = z.infer<typeof Holder>;

export type Lock = { release(): void };

/** What this process holds: its own number in a lock file is no proof, since an earlier process may have had it. */
const held = new Map<string, Holder>();

/**
 * A lock file that says which process holds it, since when, and for what. One whose process is gone is taken over, whoever has
 * its number by now; so is one of the same `holder` that another process left, where that is said to be safe. Answers who
 * holds it when it is taken.
 */
export function takeLock(file: string, holder: string, { fromSameHolder = false } = {}): Lock | { heldBy: Holder } {
  const at = join(realpathSync(dirname(file)), basename(file));
  const own = { ...identify(process.pid), token: randomUUID(), holder };
  for (let tries = 0; tries < 5; tries++) {
    const mine = held.get(at);
    if (mine) return { heldBy: mine };
    if (create(at, own)) {
      held.set(at, own);
      return { release: () => release(at, own) };
    }
    const other = read(at);
    const isLeft = !other || other.pid === process.pid || (fromSameHolder && other.holder === holder);
    if (other && !isLeft && isAlive(other)) return { heldBy: other };
    setAside(at, other);
  }
  throw new Error(`${file}: the lock can be neither taken nor read`);
}

/** Written whole under another name first: who finds it, finds all of it. */
function create(at: string, own: Holder): boolean {
  const draft = `${at}.${own.token}`;
  try {
    writeFileSync(draft, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
    linkSync(draft, at);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes a stale lock away; one that somebody else took over in this very moment is put back. */
function setAside(at: string, stale: Holder | undefined): void {
  const aside = `${at}.${randomUUID()}`;
  try {
    renameSync(at, aside);
    if (read(aside)?.token !== stale?.token) linkSync(aside, at);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(at: string, own: Holder): void {
  if (held.get(at)?.token !== own.token) return;
  held.delete(at);
  if (read(at)?.token === own.token) rmSync(at, { force: true });
}

/** Undefined when it is gone, or not one of these. */
function read(at: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(at, 'utf8')));
  } catch {
    return undefined;
  }
}
