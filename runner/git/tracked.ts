import { isAttributesFile } from './conversions.ts';
import type { IndexEntry } from './index-file.ts';
import { foldersOf } from './tree-path.ts';

/** What an index says of the work tree, by path. */
export interface Tracked {
  all: ReadonlyMap<string, IndexEntry>;
  /** Those that are not in conflict and not submodules. */
  files: ReadonlyMap<string, IndexEntry>;
  folders: ReadonlySet<string>;
  submodules: ReadonlySet<string>;
  hasAttributes: boolean;
  /** Nothing is tracked beside `files` and `submodules`. */
  isWhole: boolean;
}

/** Entries that were parsed once are sorted once. */
const sorted = new WeakMap<readonly IndexEntry[], Tracked>();

export function sortTracked(entries: readonly IndexEntry[]): Tracked {
  const tracked = sorted.get(entries) ?? sortEntries(entries);
  sorted.set(entries, tracked);
  return tracked;
}

function sortEntries(entries: readonly IndexEntry[]): Tracked {
  const [files, submodules] = [new Map<string, IndexEntry>(), new Set<string>()];
  let hasAttributes = false;
  for (const entry of entries) {
    hasAttributes ||= isAttributesFile(entry.path);
    if (entry.mode === '160000') submodules.add(entry.path);
    else if (entry.stage === 0) files.set(entry.path, entry);
  }
  const isWhole = entries.every(({ stage }) => stage === 0);
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  return { all, files, folders: foldersOf(entries.map(({ path }) => path)), submodules, hasAttributes, isWhole };
}
