import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitRefusal } from './git-refusal.ts';
import type { Repository } from './repository.ts';

/** One rollback at a time in a work tree. The lock of a process that was killed is taken over. */
export async function withRollbackLock<T>({ gitDir }: Repository, work: () => Promise<T>): Promise<T> {
  const lock = join(gitDir, 'kintsugi-rollback.lock');
  await takeLock(lock);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await create(lock);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
      if (tries > 0 || isAlive(holder)) {
        throw new GitRefusal('rollback_running', `Process ${holder} is rolling back here`, { lock, holder });
      }
      await rm(lock, { force: true });
    }
  }
}

/** On its own: bundled for Node 22, `using` inside a loop would throw the error of an earlier round again. */
async function create(lock: string): Promise<void> {
  await using file = await open(lock, 'wx');
  await file.writeFile(String(process.pid));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
