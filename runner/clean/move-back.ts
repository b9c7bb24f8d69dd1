import { execFile } from 'node:child_process';
import { link, lstat, unlink } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { promisify } from 'node:util';
import type { QueueFile } from './queue-files.ts';

export type MovedBack =
  /** `isRenamed`: another file has its name in pending/. */
  | { kind: 'moved'; name: string; isRenamed: boolean }
  /** Somebody took it or wrote to it meanwhile: it is theirs. */
  | { kind: 'gone' }
  | { kind: 'stays'; why: string };

/**
 * Moves one item to pending/, never over another file. Killed between the new name and the end of the old one, the next call
 * sees that both are the same file and only ends the old one.
 */
export async function moveBack(queue: string, file: Pick<QueueFile, 'folder' | 'name' | 'inode'>): Promise<MovedBack> {
  const from = join(queue, file.folder, file.name);
  if ((await inodeOf(from)) !== file.inode) return { kind: 'gone' };
  for (let count = 0; count < 10_000; count += 1) {
    const name = nameFor(file, count);
    const to = join(queue, 'pending', name);
    try {
      if (await takeName(from, to, file.inode)) return { kind: 'moved', name, isRenamed: count > 0 };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { kind: 'gone' };
      return { kind: 'stays', why: `cannot be moved (${code ?? error})` };
    }
  }
  return { kind: 'stays', why: 'no free name in pending/' };
}

/** Its own name, then `0007.from-failed.yml`, `0007.from-failed-2.yml` … */
function nameFor({ folder, name }: Pick<QueueFile, 'folder' | 'name'>, count: number): string {
  if (count === 0) return name;
  const { name: stem, ext } = parse(name);
  return `${stem}.from-${folder}${count === 1 ? '' : `-${count}`}${ext}`;
}

/** False: another file has this name. Unlike rename, a link never replaces what is there. */
async function takeName(from: string, to: string, inode: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      if ((await inodeOf(to)) !== inode) return false;
    } else if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'EMLINK') {
      return renameToFree(from, to, inode);
    } else throw error;
  }
  await unlink(from);
  return true;
}

/** Where there are no hard links, or not to somebody else's files: coreutils rename without replacing, which Node cannot. */
async function renameToFree(from: string, to: string, inode: string): Promise<boolean> {
  if (await inodeOf(to)) return false;
  // It answers differently from version to version when the name is taken; where the file is afterwards decides.
  const failed = await promisify(execFile)('mv', ['-n', '-T', '--', from, to]).catch((error: Error) => error);
  if ((await inodeOf(to)) === inode) return true;
  if (await inodeOf(to)) return false;
  throw failed instanceof Error ? failed : new Error('it was not moved');
}

async function inodeOf(path: string): Promise<string | undefined> {
  const stat = await lstat(path, { bigint: true }).catch(() => undefined);
  return stat && `${stat.dev}:${stat.ino}`;
}
