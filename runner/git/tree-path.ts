import { isUtf8 } from 'node:buffer';
import { z } from 'zod';

/**
 * A path in a work tree: relative, `/` between names, and reversible to the bytes on disk. A byte that is not UTF-8 stands as a
 * lone surrogate (0x80 → U+DC80), which survives JSON, so that no file name is beyond a plan or a journal.
 */
export const TreePath = z.string().refine(isSafePath, 'must stay inside the work tree and outside of .git');

function isSafePath(path: string): boolean {
  return (
    !path.includes('\0') &&
    path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !isDotGit(name))
  );
}

/** git stores no path with such a name in it, in whatever case. */
export function isDotGit(name: string): boolean {
  return name.toLowerCase() === '.git';
}

export function pathFromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let path = '';
  for (let at = 0; at < buffer.length; ) {
    const length = [1, 2, 3, 4].find((n) => at + n <= buffer.length && isUtf8(buffer.subarray(at, at + n)));
    path +=
      length === undefined ? String.fromCharCode(0xdc00 + (buffer[at] ?? 0)) : buffer.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return path;
}

export function bytesFromPath(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path, 'utf8');
  return Buffer.concat(
    [...path].map((character) => {
      const code = character.codePointAt(0) ?? 0;
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character, 'utf8');
    }),
  );
}

/** Where a tree path is on disk, as the bytes that the file system knows. */
export function onDisk(root: string, path: string): Buffer {
  return path === '' ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), bytesFromPath(path)]);
}

/** `onDisk` for many: as text where the path is text. */
export function diskPlace(root: string, path: string): string | Buffer {
  if (path === '') return root;
  return path.isWellFormed() ? `${root}/${path}` : onDisk(root, path);
}

/** Splits what `-z` prints. */
export function splitNul(output: Buffer): string[] {
  const paths: string[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    const stop = end === -1 ? output.length : end;
    paths.push(pathFromBytes(output.subarray(start, stop)));
    start = stop + 1;
  }
  return paths;
}

export function joinNul(paths: readonly string[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [bytesFromPath(path), Buffer.from([0])]));
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The folders above a path, outermost first, without the top. */
export function foldersAbove(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

/** The folders that a list of paths implies. */
export function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = parentOf(path); folder !== '' && !folders.has(folder); folder = parentOf(folder)) {
      folders.add(folder);
    }
  }
  return folders;
}

export function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Byte-wise order would need buffers; code-unit order is just as stable, and that is all a plan needs. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
