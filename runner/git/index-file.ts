import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git-process.ts';
import type { Repository } from './repository.ts';
import { pathFromBytes, splitNul } from './tree-path.ts';

/** What the index says of a path, and, where that is known, how the file looked when git last read it. */
export interface IndexEntry {
  path: string;
  mode: string;
  oid: string;
  stage: number;
  /** `git add --intent-to-add`: it has no contents yet. */
  isIntent: boolean;
  seen: { size: number; ino: number; mtimeMs: number; ctimeMs: number } | undefined;
}

/** The staged state at one moment. */
export interface IndexFile {
  entries: readonly IndexEntry[];
  /** The file as it was; undefined when nothing was ever added. */
  bytes: Buffer | undefined;
  /** Can the bytes stand in for the entries, and their times be gone by? Not so for a split or a sparse index. */
  isPlain: boolean;
  writtenMs: number;
}

/** Reads the index without locking or refreshing it. What it is not sure of, git is asked for. */
export async function readIndexFile(repository: Repository): Promise<IndexFile> {
  const file = join(repository.gitDir, 'index');
  const before = await stat(file).catch(gone);
  const bytes = await readFile(file).catch(gone);
  if (!before || !bytes) return { entries: [], bytes: undefined, isPlain: false, writtenMs: 0 };
  const entries = parseOnce(repository, bytes);
  if (entries) return { entries, bytes, isPlain: true, writtenMs: before.mtimeMs };
  return { entries: await askGit(repository), bytes, isPlain: false, writtenMs: 0 };
}

/** A plan, the look before the first touch and the save come one after another: the same bytes are parsed once. */
const lastParsed = new Map<string, { bytes: Buffer; entries: IndexEntry[] }>();
const mostKept = 4;

function parseOnce({ gitDir, objectFormat }: Repository, bytes: Buffer): IndexEntry[] | undefined {
  const last = lastParsed.get(gitDir);
  lastParsed.delete(gitDir);
  const entries = last?.bytes.equals(bytes) ? last.entries : parseIndex(bytes, objectFormat === 'sha1' ? 20 : 32);
  if (entries) lastParsed.set(gitDir, { bytes, entries });
  for (const oldest of lastParsed.keys()) if (lastParsed.size > mostKept) lastParsed.delete(oldest);
  return entries;
}

function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function askGit({ root }: Repository): Promise<IndexEntry[]> {
  const { stdout } = await git(['ls-files', '-z', '--stage'], { cwd: root });
  return splitNul(stdout).map((line) => {
    const [mode = '', oid = '', stage] = line.slice(0, line.indexOf('\t')).split(' ');
    const path = line.slice(line.indexOf('\t') + 1);
    return { path, mode, oid, stage: Number(stage), isIntent: false, seen: undefined };
  });
}

const fixedBytes = 40;
const optionalExtension = /^[A-Z]/;

/**
 * The file that git's `gitformat-index` describes, versions 2 to 4. Undefined for any other, and for one with an extension that
 * must be understood (a split index, a sparse one).
 */
export function parseIndex(bytes: Buffer, oidBytes: 20 | 32): IndexEntry[] | undefined {
  if (bytes.length < 12 + oidBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const entries: IndexEntry[] = [];
  const end = bytes.length - oidBytes;
  let at = 12;
  let name: Buffer = Buffer.alloc(0);
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const start = at;
    if (start + fixedBytes + oidBytes + 2 > end) return undefined;
    const flags = bytes.readUInt16BE(start + fixedBytes + oidBytes);
    at = start + fixedBytes + oidBytes + 2;
    const more = (flags & 0x4000) === 0 ? 0 : bytes.readUInt16BE(at);
    if ((flags & 0x4000) !== 0) at += 2;
    let strip = 0;
    if (version === 4) {
      let byte = bytes[at++] ?? 0;
      strip = byte & 0x7f;
      while ((byte & 0x80) !== 0) {
        byte = bytes[at++] ?? 0;
        strip = (strip + 1) * 128 + (byte & 0x7f);
      }
    }
    const stop = bytes.indexOf(0, at);
    if (stop === -1 || stop >= end) return undefined;
    if (version === 4) name = Buffer.concat([name.subarray(0, name.length - strip), bytes.subarray(at, stop)]);
    else name = bytes.subarray(at, stop);
    // Padded with one to eight zeros, so that each begins at a multiple of eight.
    at = version === 4 ? stop + 1 : start + ((stop - start + 8) & ~7);
    entries.push({
      path: pathFromBytes(name),
      mode: bytes.readUInt32BE(start + 24).toString(8),
      oid: bytes.toString('hex', start + fixedBytes, start + fixedBytes + oidBytes),
      stage: (flags >> 12) & 3,
      isIntent: (more & 0x2000) !== 0,
      seen: {
        ctimeMs: bytes.readUInt32BE(start) * 1000 + bytes.readUInt32BE(start + 4) / 1e6,
        mtimeMs: bytes.readUInt32BE(start + 8) * 1000 + bytes.readUInt32BE(start + 12) / 1e6,
        ino: bytes.readUInt32BE(start + 20),
        size: bytes.readUInt32BE(start + 36),
      },
    });
  }
  for (; at + 8 <= end; at += 8 + bytes.readUInt32BE(at + 4)) {
    if (!optionalExtension.test(bytes.toString('latin1', at, at + 1))) return undefined;
  }
  return entries;
}
