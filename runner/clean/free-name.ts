import { execFile } from 'node:child_process';
import { link, lstat, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** False: another file has the name `to`, and nothing was moved. Unlike rename, this never replaces what is there. */
export async function moveToFree(from: string, to: string, inode: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      // A kill after the link, before the end of the old name: both are the same file.
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

/** Device and number of the file itself; undefined when it is not there. */
export async function inodeOf(path: string): Promise<string | undefined> {
  const stat = await lstat(path, { bigint: true }).catch(() => undefined);
  return stat && `${stat.dev}:${stat.ino}`;
}
