import { execFile } from 'node:child_process';
import { link, lstat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  try {
    await unlink(from);
  } catch (error) {
    await giveUpName(from, to, inode, error as NodeJS.ErrnoException);
  }
  return true;
}

/** The old name cannot go, so the new one must: an item under two names would be two items. */
async function giveUpName(from: string, to: string, inode: string, error: NodeJS.ErrnoException): Promise<void> {
  if (error.code === 'ENOENT') return;
  // Whoever put another file there meanwhile keeps it.
  if ((await inodeOf(to)) === inode) {
    await unlink(to).catch(() => {
      throw Object.assign(
        new Error(`${from} and ${to} are one file now: remove one of the two names (${error.code})`),
        {
          cause: error,
        },
      );
    });
  }
  throw error;
}

/**
 * Moves what was set aside to `home`, or beside whoever has that name by now: `0007.yml.kept`, which no queue takes for an item.
 * Answers under which name it stands. Throws when it stands nowhere but aside.
 */
export async function moveHome(aside: string, home: string): Promise<string> {
  const inode = await inodeOf(aside);
  if (inode === undefined) throw Object.assign(new Error(`${aside} is gone`), { code: 'ENOENT' });
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? basename(home) : `${basename(home)}.kept${count === 1 ? '' : `-${count}`}`;
    if (await moveToFree(aside, join(dirname(home), name), inode)) return name;
  }
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
