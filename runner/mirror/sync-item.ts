import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../lib/ports.ts';
import type { WorkItem, WorkItemId } from '../../lib/work/work-item.ts';
import { hashOf } from '../hash.ts';
import { createFile, moveFile, replaceText } from './change-file.ts';
import type { FolderState, ItemFile } from './folder.ts';
import { changeItemText, type ItemFields, newItemText } from './item-file.ts';
import { type Merged, mergeFields } from './merge-fields.ts';
import type { MirrorRecord } from './mirror-records.ts';
import { changeItem, fieldsOf, folderOf, isCancelledByRemoval, keepLease, type QueueSide } from './queue-side.ts';

export interface MirrorPlace {
  folder: string;
  queue: QueueSide;
  log: Log;
}

export interface Pair {
  id: WorkItemId;
  file: ItemFile;
  fields: ItemFields;
  item: WorkItem;
  record: MirrorRecord | undefined;
}

/**
 * Makes a file and its item say the same. What one side changed goes to the other; what both changed stays as it is on both,
 * and what the queue says is written to conflicts/. Undefined: somebody was quicker, it is looked at again next time.
 */
export async function syncPair(place: MirrorPlace, pair: Pair): Promise<MirrorRecord | undefined> {
  const merged = await settleConflicts(place, pair);
  const moves = mergePlaces(pair);
  let { item, file } = pair;
  if (merged.toQueue.length > 0 || moves.toQueue) {
    const changed = await changeItem(place.queue, pair.id, {
      expectedVersion: item.version,
      ...(merged.toQueue.length > 0 && { fields: { names: merged.toQueue, values: merged.fields } }),
      ...(moves.toQueue && { place: moves.toQueue }),
    });
    if (!changed) return undefined;
    item = changed;
    place.log('work item changed as its file was', {
      workItemId: pair.id,
      fields: merged.toQueue.join(','),
      place: moves.toQueue,
    });
  }
  if (merged.toFile.length > 0) {
    const text = changeItemText(file.text, merged.toFile, fieldsOf(item));
    if (!(await replaceText(place.folder, file, text))) return undefined;
    file = { ...file, text, hash: hashOf(text) };
  }
  if (moves.toFile) {
    if (!(await moveFile(place.folder, file, moves.toFile))) {
      place.log('a file of this name stands there already', {
        workItemId: pair.id,
        file: join(moves.toFile, file.name),
      });
      return undefined;
    }
    file = { ...file, state: moves.toFile };
  }
  await keepLease(place.queue, item);
  return {
    id: pair.id,
    file: { state: file.state, name: file.name, hash: file.hash },
    // What is in conflict keeps what both said before, so that the conflict is still known next time.
    state: moves.isOpen ? (pair.record?.state ?? folderOf(item)) : folderOf(item),
    fields: { ...fieldsOf(item), ...keptBase(pair, merged) },
    inConflict: merged.conflicts.length > 0,
    isMissing: false,
  };
}

function keptBase({ record, fields }: Pair, { conflicts }: Merged): Partial<ItemFields> {
  // Without an earlier record neither side is the old one: something that neither says stands for it.
  return Object.fromEntries(conflicts.map((name) => [name, record?.fields[name] ?? baseOfNothing(fields[name])]));
}

const baseOfNothing = (value: unknown): unknown =>
  typeof value === 'number' ? -1 : Array.isArray(value) ? ['\u0000'] : undefined;

/** Whose move counts. Only while somebody else works on the item, a moved file waits. */
function mergePlaces({ file, item, record }: Pair): { toQueue?: FolderState; toFile?: FolderState; isOpen?: boolean } {
  const queue = folderOf(item);
  if (file.state === queue) return {};
  const before = record?.state;
  // Its file had been removed, and is back.
  if (!record && isCancelledByRemoval(item)) return { toQueue: file.state };
  if (before === queue) return { toQueue: file.state };
  // The lease of whoever works on the file ran out while nobody mirrored: it is still in their hands.
  if (before === 'in-progress' && file.state === 'in-progress' && queue === 'pending')
    return { toQueue: 'in-progress' };
  if (before === file.state) return { toFile: queue };
  return item.state === 'in-progress' ? { isOpen: true } : { toFile: queue };
}

const conflictFile = ({ folder }: MirrorPlace, id: WorkItemId) => join(folder, 'conflicts', `${id}.yaml`);

/** Who removes the file under conflicts/ says that their own file is right. */
async function settleConflicts(place: MirrorPlace, pair: Pair): Promise<Merged> {
  const merged = mergeFields(pair.record?.fields as ItemFields | undefined, pair.fields, fieldsOf(pair.item));
  const file = conflictFile(place, pair.id);
  if (merged.conflicts.length === 0) {
    if (pair.record?.inConflict) await rm(file, { force: true });
    return merged;
  }
  if (pair.record?.inConflict && !(await exists(file))) {
    const values = Object.fromEntries(merged.conflicts.map((name) => [name, pair.fields[name]]));
    return {
      fields: { ...merged.fields, ...values },
      toQueue: [...merged.toQueue, ...merged.conflicts],
      toFile: merged.toFile,
      conflicts: [],
    };
  }
  await mkdir(join(place.folder, 'conflicts'), { recursive: true });
  const says = `# The queue says this of ${pair.id}, and ${join(pair.file.state, pair.file.name)} says something else: ${merged.conflicts.join(', ')}.\n# Make your file say the same, or delete this one: then yours counts.\n`;
  await writeFile(file, says + newItemText(pair.id, fieldsOf(pair.item)));
  if (!pair.record?.inConflict) {
    place.log('changed on both sides, nothing was overwritten', {
      workItemId: pair.id,
      fields: merged.conflicts.join(','),
      file,
    });
  }
  return merged;
}

/** An item that has no file gets one. False: there is a file of this name that nobody could read. */
export async function writeNewFile(place: MirrorPlace, item: WorkItem): Promise<MirrorRecord | undefined> {
  const text = newItemText(item.id, fieldsOf(item));
  const file = { state: folderOf(item), name: `${item.id}.yaml`, text };
  if (!(await createFile(place.folder, file))) return undefined;
  return {
    id: item.id,
    file: { state: file.state, name: file.name, hash: hashOf(text) },
    state: file.state,
    fields: fieldsOf(item),
    inConflict: false,
    isMissing: false,
  };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
