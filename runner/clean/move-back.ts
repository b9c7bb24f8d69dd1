import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { inodeOf, moveToFree } from '../free-name.ts';
import { hashOf } from '../hash.ts';
import { putBack, setAside } from './aside.ts';
import type { QueueFile } from './queue-files.ts';

export type MovedBack =
  /** `isRenamed`: another file has its name in pending/. */
  | { kind: 'moved'; name: string; isRenamed: boolean }
  /** Somebody took it or wrote to it meanwhile: it is theirs. `keptAs`: they have its name, and what stood there lies beside it. */
  | { kind: 'gone'; keptAs?: string }
  | { kind: 'stays'; why: string };

type Known = Pick<QueueFile, 'folder' | 'name' | 'inode' | 'hash'>;

/**
 * Moves one item to pending/, never over another file, and only as it was when it was looked at. It is set aside first, so
 * that whoever saves it meanwhile, in whatever way, keeps what they wrote. Killed in between, `bringHome` puts it back.
 */
export async function moveBack(queue: string, file: Known): Promise<MovedBack> {
  // What somebody changed need not even leave its place for a moment.
  if ((await inodeOf(join(queue, file.folder, file.name))) !== file.inode) return { kind: 'gone' };
  const aside = await setAside(queue, file).catch((error: NodeJS.ErrnoException) => error);
  if (typeof aside !== 'string') return aside.code === 'ENOENT' ? { kind: 'gone' } : cannot(aside);
  try {
    if (await isAsItWas(aside, file)) return await moveAside(queue, aside, file);
    const name = await putBack(queue, file);
    return { kind: 'gone', ...(name !== file.name && { keptAs: name }) };
  } catch (error) {
    // When not even this is possible, it stays aside and the next clean recovery brings it home.
    await putBack(queue, file).catch(() => undefined);
    return cannot(error as NodeJS.ErrnoException);
  }
}

const cannot = (error: NodeJS.ErrnoException): MovedBack => ({
  kind: 'stays',
  why: `cannot be moved (${error.code ?? error.message})`,
});

async function moveAside(queue: string, aside: string, file: Known): Promise<MovedBack> {
  for (let count = 0; ; count += 1) {
    const name = nameFor(file, count);
    if (await moveToFree(aside, join(queue, 'pending', name), file.inode))
      return { kind: 'moved', name, isRenamed: count > 0 };
  }
}

async function isAsItWas(aside: string, { inode, hash }: Known): Promise<boolean> {
  if ((await inodeOf(aside)) !== inode) return false;
  return hashOf(await readFile(aside)) === hash;
}

/** Its own name, then `0007.from-failed.yml`, `0007.from-failed-2.yml` … */
function nameFor({ folder, name }: Pick<QueueFile, 'folder' | 'name'>, count: number): string {
  if (count === 0) return name;
  const { name: stem, ext } = parse(name);
  return `${stem}.from-${folder}${count === 1 ? '' : `-${count}`}${ext}`;
}
