import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Entry } from './entry.ts';
import type { Repository } from './repository.ts';

/** Files up to this are read at once: for many small ones that is several times as fast as waiting for each. */
export const smallBytes = 256 * 1024;
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** One after another: the work is never interleaved, so one buffer serves all. */
const buffer = Buffer.allocUnsafeSlow(smallBytes + 1);

/**
 * Undefined when it is not as simple as that: moving, gone, not readable. Then the careful way decides. `isOwn`: a file that nobody
 * else writes.
 */
export function readSmall(
  { objectFormat }: Pick<Repository, 'objectFormat'>,
  at: Buffer,
  { size }: { size: number },
  { isOwn = false } = {},
): Extract<Entry, { type: 'file' }> | undefined {
  let file: number;
  try {
    file = openSync(at, flags);
  } catch {
    return undefined;
  }
  try {
    const read = readSync(file, buffer, 0, size + 1, 0);
    const after = fstatSync(file);
    if (read !== size || after.size !== size || !after.isFile()) return undefined;
    // Rewritten in this very moment, perhaps.
    if (!isOwn && after.mtimeMs > Date.now() - 50) return undefined;
    const hash = createHash(objectFormat).update(`blob ${size}\0`).update(buffer.subarray(0, size)).digest('hex');
    return { type: 'file', oid: hash, mode: after.mode & 0o7777 };
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** The bytes of a small file as they are at this moment; undefined where it takes more care. */
export function readAtOnce(at: Buffer): Buffer | undefined {
  let file: number;
  try {
    file = openSync(at, flags);
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(file);
    if (size > smallBytes || readSync(file, buffer, 0, size + 1, 0) !== size) return undefined;
    return Buffer.from(buffer.subarray(0, size));
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
