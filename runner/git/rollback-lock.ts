import { join } from 'node:path';
import { takeLock } from '../process-lock.ts';
import { GitRefusal } from './git-refusal.ts';
import type { Repository } from './repository.ts';

/** One rollback at a time in a work tree. The lock of a process that was killed is taken over. */
export async function withRollbackLock<T>({ gitDir }: Repository, work: () => Promise<T>): Promise<T> {
  const file = join(gitDir, 'kintsugi-rollback.lock');
  const lock = takeLock(file, 'rollback');
  if ('heldBy' in lock) {
    const { pid } = lock.heldBy;
    throw new GitRefusal('rollback_running', `Process ${pid} is rolling back here`, { lock: file, holder: pid });
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
