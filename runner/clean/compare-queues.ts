import { type QueueFile, queueFolders } from './queue-files.ts';

export interface QueueCount {
  /** What went in equals what came out, by id and hash. */
  isSame: boolean;
  rows: string[][];
  moved: number;
  /** In before and out no more: by folder and name. */
  missing: string[];
}

/**
 * Counts before and after. The same file under a new name is the same item; so are two with the same bytes. What somebody took or
 * changed meanwhile is `theirs`: named, and not missing.
 */
export function compareQueues(
  before: readonly QueueFile[],
  after: readonly QueueFile[],
  theirs: ReadonlyMap<string, string> = new Map(),
): QueueCount {
  const left = new Map<string, number>();
  for (const file of after) left.set(keyOf(file), (left.get(keyOf(file)) ?? 0) + 1);
  const missing: string[] = [];
  const taken: string[][] = [];
  for (const file of before) {
    const count = left.get(keyOf(file)) ?? 0;
    const own = theirs.get(placeOf(file));
    if (count === 0 && own) taken.push([placeOf(file), '', '', own]);
    else if (count === 0) missing.push(placeOf(file));
    else left.set(keyOf(file), count - 1);
  }
  const came = [...left.values()].reduce((sum, count) => sum + count, 0);
  const isSame = missing.length === 0;
  const inFolder = (files: readonly QueueFile[], folder: string) =>
    String(files.filter((file) => file.folder === folder).length);
  const where = new Map(after.map((file) => [file.inode, file]));
  const moves = before.flatMap((file) => {
    const now = where.get(file.inode);
    return now && now.folder !== file.folder ? [{ from: file, to: now }] : [];
  });
  const verdict = isSame ? '🟢 the same by id and hash' : `❌ missing: ${missing.slice(0, 3).join(', ')}`;
  const note = came > 0 ? `${verdict}; ${came} came in meanwhile` : verdict;
  return {
    isSame,
    moved: moves.length,
    missing,
    rows: [
      ...queueFolders.map((folder) => [`${folder}/`, inFolder(before, folder), inFolder(after, folder), '']),
      ['all items', String(before.length), String(after.length), note],
      ...before
        .filter(({ stays }) => stays !== undefined)
        .map((file) => [placeOf(file), '', '', `stays: ${file.stays}`]),
      ...moves
        .filter(({ from, to }) => from.name !== to.name)
        .map(({ from, to }) => [placeOf(from), '', '', `now ${placeOf(to)}: its name was taken`]),
      ...taken,
    ],
  };
}

/** An item's bytes and what it calls itself; of what cannot be read, the file itself. */
const keyOf = ({ id, hash, inode, name }: QueueFile) => (hash ? `${hash} ${id === name ? '' : id}` : inode);
export const placeOf = ({ folder, name }: Pick<QueueFile, 'folder' | 'name'>) => `${folder}/${name}`;
