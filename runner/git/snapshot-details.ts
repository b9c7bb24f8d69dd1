import { z } from 'zod';
import { Entry } from './entry.ts';

export const SnapshotKind = z.enum(['saved', 'checkpoint', 'before-recovery', 'before-undo']);
export type SnapshotKind = z.infer<typeof SnapshotKind>;

/** What stands as one line of JSON in a snapshot's commit message. */
export const SnapshotDetails = z.object({
  schema: z.literal(1),
  kind: SnapshotKind,
  name: z.string(),
  component: z.string().nullable(),
  reason: z.string(),
  at: z.iso.datetime(),
  workTree: z.string(),
  workTreeId: z.string(),
  branch: z.string().nullable(),
  head: z.string().nullable(),
});
export type SnapshotDetails = z.infer<typeof SnapshotDetails>;

const Mode = z.int().min(0).max(0o7777);

/**
 * An ignored file: listed, its bytes are never stored (a `.env` must not travel with a pushed ref). `content` says what it was,
 * unless it was too large or one too many to read.
 */
export const ListedIgnored = z.object({
  path: z.string(),
  bytes: z.int(),
  content: z.object({ oid: z.string(), mode: Mode, type: z.enum(['file', 'symlink']) }).nullable(),
});
export type ListedIgnored = z.infer<typeof ListedIgnored>;

/** What a git tree cannot hold: all permission bits, empty folders, inner repositories, what was listed and not saved. */
export const SnapshotListing = z.object({
  schema: z.literal(1),
  /** Permission bits of nearly all files and folders; the others are named. */
  usualMode: z.object({ plain: Mode, executable: Mode, folder: Mode.optional() }),
  modes: z.array(z.tuple([z.string(), Mode])),
  /** Of the folders that have others than the usual ones; a state that was saved long ago says nothing of folders. */
  folderModes: z.array(z.tuple([z.string(), Mode])).default([]),
  /** Empty folders and inner repositories. */
  entries: z.array(z.tuple([z.string(), Entry])),
  folders: z.array(z.string()),
  outOfReach: z.array(z.string()),
  ignoredRoots: z.array(z.string()),
  ignored: z.array(ListedIgnored),
  /** Paths whose index entry was in conflict; their stages are saved under `unmerged/`. */
  unmerged: z.array(z.string()),
});
export type SnapshotListing = z.infer<typeof SnapshotListing>;
