import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { redact } from '../../lib/adapters/redaction/redact.ts';
import { VersionConflictError } from '../../lib/errors.ts';
import { plainText } from '../../lib/signal/plain-text.ts';
import type { WorkItem, WorkItemId } from '../../lib/work/work-item.ts';
import type { WorkLine } from '../../lib/work/work-store.ts';
import { bringBackAside } from './change-file.ts';
import { type ItemFile, readFolder, standsSomewhere } from './folder.ts';
import { type ItemFields, readItem } from './item-file.ts';
import { loadRecords, type MirrorRecord, type MirrorRecords, saveRecords } from './mirror-records.ts';
import { addFromFile, cancelItem, folderOf } from './queue-side.ts';
import { type MirrorPlace, syncPair, writeNewFile } from './sync-item.ts';

export interface Mirror extends MirrorPlace {
  /** Where it remembers what both sides said. */
  recordsFile: string;
}

export interface SyncOutcome {
  files: number;
  changed: number;
  conflicts: number;
  /** Left alone, with the reason. */
  problems: { file: string; problem: string }[];
}

/** So many files that vanish at once are rather an unmounted or emptied folder than so many removals. */
const mostRemovals = 5;
const activeStates = ['pending', 'in-progress', 'failed'] as const;

/**
 * What neither side lists as changed is read in turns: a title changed in the queue alone comes a few rounds later. Of what is
 * done only the file is still looked at.
 */
const turns = 8;

/** One round: reads both sides, brings each item's two sides together, remembers. */
export async function syncFolder(mirror: Mirror, round = 0): Promise<SyncOutcome> {
  const { folder, queue, log } = mirror;
  const before = loadRecords(mirror.recordsFile);
  for (const file of await bringBackAside(folder))
    log('brought back a file that a killed mirror had set aside', { file });
  const { files, unread } = await readFolder(folder, queue.ports.now());
  const outcome: SyncOutcome = { files: files.length, changed: 0, conflicts: 0, problems: [] };
  for (const [file, problem] of unread) {
    // These are over in a moment.
    if (problem !== 'busy' && problem !== 'moving') outcome.problems.push({ file, problem });
  }
  const read = await readFiles(files, before, outcome);
  const lines = await activeLines(mirror);
  const after: MirrorRecords = new Map();
  const ids = new Set<WorkItemId>([...read.items.keys(), ...lines.keys(), ...before.keys()]);
  const isHidden = (id: WorkItemId) => read.unreadable.has(id) || unread.has(before.get(id)?.file.name ?? `${id}.yaml`);
  const vanished = [...before.keys()].filter((id) => !read.items.has(id) && !isHidden(id));
  const isEmptied =
    (vanished.length > mostRemovals && vanished.length > before.size / 2) ||
    (vanished.length > 1 && vanished.length === before.size);
  if (isEmptied) {
    outcome.problems.push({
      file: folder,
      problem: `${vanished.length} files are gone at once: no item was cancelled`,
    });
  }
  for (const id of ids) {
    const record = before.get(id);
    try {
      const next = await syncOne(mirror, {
        id,
        record,
        found: read.items.get(id),
        line: lines.get(id),
        isTurn: crc32(id) % turns === round % turns,
        isLeftAlone: isHidden(id) || isEmptied,
      });
      if (next) after.set(id, next);
      if (next?.inConflict) outcome.conflicts++;
      if (!isDeepStrictEqual(next, record)) outcome.changed++;
    } catch (error) {
      // One item must not keep the others waiting: it is looked at again next time.
      if (record) after.set(id, record);
      if (!(error instanceof VersionConflictError)) outcome.problems.push({ file: id, problem: String(error) });
    }
  }
  await saveRecords(mirror.recordsFile, after);
  return outcome;
}

/** Lines may end as they do on Windows. */
async function whyNotSent(text: string): Promise<string | undefined> {
  const lines = text.replaceAll('\r\n', '\n');
  const shown = plainText(lines);
  if ((await redact(lines)) !== shown)
    return 'it seems to hold a secret or personal data, which must not leave this host: take that out, and it is mirrored';
  if (shown !== lines)
    return 'it holds characters that nobody sees (terminal colours, text directions): take them out, and it is mirrored';
  return undefined;
}

interface One {
  id: WorkItemId;
  record: MirrorRecord | undefined;
  found: { file: ItemFile; fields: ItemFields } | undefined;
  line: ListedLine | undefined;
  isTurn: boolean;
  /** Something of it cannot be read now, so a missing file says nothing. */
  isLeftAlone: boolean;
}

/** What both sides say by now; undefined: it is mirrored no more. */
async function syncOne(
  mirror: Mirror,
  { id, record, found, line, isTurn, isLeftAlone }: One,
): Promise<MirrorRecord | undefined> {
  const { queue } = mirror;
  const isQuiet = record && found && isAsRecorded(record, found.file) && isListedAs(record, line);
  const isAsleep = record?.state === 'done' || (record?.state !== 'in-progress' && !isTurn);
  if (isQuiet && !record.inConflict && isAsleep) return record;
  const item = (await queue.ports.work.get(id))?.item;
  if (item && item.component !== queue.component) return record;
  // What is done and not known to the queue is history.
  if (found?.file.state === 'done' && !item) return record;
  if (found) {
    const known = item ?? (await addFromFile(queue, id, found.fields));
    return (
      (await syncPair(mirror, { id, ...found, item: known, record: record ?? recordOfNew(found, item, known) })) ??
      record
    );
  }
  if (isLeftAlone) return record;
  if (!item) return undefined;
  if (folderOf(item) === 'done') return undefined;
  // One look is not enough: a file may be on its way from one folder to another.
  if (record && (await standsSomewhere(mirror.folder, record.file.name))) return record;
  if (record && !record.isMissing) return { ...record, isMissing: true };
  const isHeldByOthers = item.state === 'in-progress' && item.lease.holder !== queue.holder;
  if (!record || isHeldByOthers) return writeNewFile(mirror, item);
  await cancelItem(queue, item);
  mirror.log('work item cancelled, since its file was removed', { workItemId: id });
  return undefined;
}

/** An item that was just made from its file: both say the same, but for the folder. */
function recordOfNew(
  { file, fields }: NonNullable<One['found']>,
  before: WorkItem | undefined,
  item: WorkItem,
): MirrorRecord | undefined {
  if (before) return undefined;
  return { id: item.id, file, state: folderOf(item), fields, inConflict: false, isMissing: false };
}

const isAsRecorded = (record: MirrorRecord, file: ItemFile) =>
  record.file.hash === file.hash && record.file.state === file.state && record.file.name === file.name;
const isListedAs = (record: MirrorRecord, line: ListedLine | undefined) =>
  line === undefined
    ? record.state === 'done'
    : line.priority === record.fields.priority && line.state === record.state;

type ListedLine = WorkLine & { state: (typeof activeStates)[number] };

/** Files by id. Of two files with one id the one that was there before counts; the other is named and left alone. */
async function readFiles(files: ItemFile[], before: MirrorRecords, { problems }: SyncOutcome) {
  const items = new Map<WorkItemId, { file: ItemFile; fields: ItemFields }>();
  const unreadable = new Set<WorkItemId>();
  const byFile = new Map([...before.values()].map((record) => [record.file.name, record.id]));
  for (const file of files) {
    const path = `${file.state}/${file.name}`;
    const id = byFile.get(file.name);
    const isKnownText = id !== undefined && before.get(id)?.file.hash === file.hash;
    const read = readItem(file.text, file.name.replace(/\.ya?ml$/, ''));
    const hindrance = isKnownText ? undefined : await whyNotSent(file.text);
    const item = hindrance === undefined ? read : { kind: 'unreadable' as const, problem: hindrance };
    if (item.kind === 'unreadable') {
      problems.push({ file: path, problem: item.problem });
      if (id) unreadable.add(id);
      continue;
    }
    const other = items.get(item.id);
    const isKnown = before.get(item.id)?.file.name === file.name && before.get(item.id)?.file.state === file.state;
    if (other)
      problems.push({ file: path, problem: `${other.file.state}/${other.file.name} has the same id ${item.id}` });
    if (!other || isKnown) items.set(item.id, { file, fields: item.fields });
  }
  return { items, unreadable };
}

async function activeLines({ queue }: Mirror): Promise<Map<WorkItemId, ListedLine>> {
  const lines = new Map<WorkItemId, ListedLine>();
  for (const state of activeStates) {
    let after: string | undefined;
    do {
      const page = await queue.ports.work.list({
        state,
        component: queue.component,
        limit: 100,
        ...(after && { after }),
      });
      for (const line of page.lines) lines.set(line.id, { ...line, state });
      after = page.next;
    } while (after);
  }
  return lines;
}
