import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { hashOf } from '../hash.ts';

/** The folders of a queue of files, one item a file. */
export const queueFolders = ['pending', 'in-progress', 'failed', 'done'] as const;
export const QueueFolder = z.enum(queueFolders);
export type QueueFolder = z.infer<typeof QueueFolder>;

/** In each of them, for a moment: what is on its way to another. */
export const asideFolder = '.kintsugi-moving';

/** A file of the queue as it was found. What is no item that can be read stays where it is, and says why. */
export const QueueFile = z.object({
  folder: QueueFolder,
  name: z.string(),
  /** Device and number of the file itself: the same bytes under two names are one. */
  inode: z.string(),
  /** Of its bytes; left out when nobody may read them. */
  hash: z.string().optional(),
  /** What it says of itself, or its name. */
  id: z.string(),
  component: z.string().optional(),
  stays: z.string().optional(),
});
export type QueueFile = z.infer<typeof QueueFile>;

/** An item is a few kilobytes; what is larger is none. */
const largestBytes = 1_000_000;

/** Every file of the four folders, in order of its name. Reads only. A folder that is not there is empty. */
export async function readQueue(queue: string): Promise<QueueFile[]> {
  const found: (QueueFile & { endsLine?: boolean })[] = [];
  for (const folder of queueFolders) {
    const names = await readdir(join(queue, folder)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names.filter((name) => name !== asideFolder).sort()) {
      const file = await readQueueFile(queue, folder, name);
      if (file) found.push(file);
    }
  }
  return judge(found);
}

async function readQueueFile(queue: string, folder: QueueFolder, name: string) {
  const path = join(queue, folder, name);
  const stat = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!stat) return undefined;
  const file = { folder, name, inode: `${stat.dev}:${stat.ino}`, id: name };
  if (stat.isDirectory()) return { ...file, stays: 'a folder, no item' };
  if (!stat.isFile()) return { ...file, stays: 'a link or a device, no item' };
  if (stat.size > largestBytes) return { ...file, stays: 'too large for an item' };
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
  if (typeof bytes === 'string') return { ...file, stays: `cannot be read (${bytes})` };
  return { ...file, hash: hashOf(bytes), ...readItem(name, bytes) };
}

function readItem(
  name: string,
  bytes: Buffer,
): { id?: string; component?: string; stays?: string; endsLine?: boolean } {
  if (!/^[^.].*\.ya?ml$/.test(name)) return { stays: 'not named like an item (.yml, .yaml)' };
  if (bytes.includes(0)) return { stays: 'half-written: it holds empty blocks' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { stays: 'cannot be read: it is no text' };
  }
  if (text.trim() === '') return { stays: 'half-written: it is empty' };
  try {
    const item: unknown = parse(text, { logLevel: 'error' });
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      return { stays: 'half-written: it holds no item' };
    const { id, component } = item as Record<string, unknown>;
    return {
      ...((typeof id === 'string' || typeof id === 'number') && { id: String(id) }),
      ...(typeof component === 'string' && { component }),
      endsLine: text.endsWith('\n'),
    };
  } catch (error) {
    return { stays: `half-written: ${error instanceof Error ? error.message.split('\n')[0] : error}` };
  }
}

/** Where the writer of this queue ends its last line, an item whose last line just stops was cut off. Two names of one file stay. */
function judge(files: readonly (QueueFile & { endsLine?: boolean })[]): QueueFile[] {
  const items = files.filter(({ stays }) => stays === undefined);
  const endsLines = items.filter(({ endsLine }) => endsLine).length * 2 >= items.length;
  const names = new Map<string, number>();
  for (const { inode } of files) names.set(inode, (names.get(inode) ?? 0) + 1);
  return files.map(({ endsLine, ...file }) => {
    if (file.stays !== undefined) return file;
    if ((names.get(file.inode) ?? 0) > 1) return { ...file, stays: 'the same file under two names' };
    return endsLines && !endsLine ? { ...file, stays: 'half-written: its last line is cut off' } : file;
  });
}
