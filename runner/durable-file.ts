import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Adds a line behind the `length` bytes that are known to be good, all of it or nothing; answers the new length. */
export function appendLine(file: string, length: number, text: string): number {
  const line = Buffer.from(`${text}\n`);
  const descriptor = openSync(file, 'a', 0o600);
  try {
    // Also what an earlier try left, when it could not even be taken back.
    ftruncateSync(descriptor, length);
    try {
      for (let at = 0; at < line.length; ) at += writeSync(descriptor, line, at);
      fsyncSync(descriptor);
    } catch (error) {
      ftruncateSync(descriptor, length);
      throw error;
    }
    if (length === 0) syncFolder(dirname(file));
    return length + line.length;
  } finally {
    closeSync(descriptor);
  }
}

/** Makes what was created or renamed in it survive a power cut. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
