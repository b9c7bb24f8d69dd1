import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findRepository } from './git/repository.ts';
import { type Lock, takeLock } from './process-lock.ts';

/** Takes all places for a run, or none. A lock of the same run is one that a killed runner left. */
export async function lockPlaces(
  places: readonly string[],
  { runId, journal }: { runId: string; journal: string },
): Promise<Lock | undefined> {
  const locks: Lock[] = [];
  const release = () => {
    for (const lock of locks.splice(0).reverse()) lock.release();
  };
  const files = await Promise.all(places.map((place) => lockFile(place, journal)));
  try {
    for (const file of new Set(files)) {
      const lock = takeLock(file, runId, { fromSameHolder: true });
      if ('heldBy' in lock) {
        release();
        return undefined;
      }
      locks.push(lock);
    }
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

/** A work tree's lock is in its git folder, so that every runner on this host sees it; a component's is in the journal, for its runner alone. */
async function lockFile(place: string, journal: string): Promise<string> {
  const component = /^component:(.+)$/.exec(place)?.[1];
  // Components have no capitals, so this is one to one.
  if (component) return join(journal, `component-${component.replaceAll('/', 'S')}.lock`);
  const repository = await findRepository(place);
  const isTop = repository && (await realpath(repository.root)) === (await realpath(place));
  return isTop ? join(repository.gitDir, 'kintsugi-recovery.lock') : join(place, '.kintsugi-recovery.lock');
}
