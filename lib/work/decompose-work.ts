import type { Actor } from '../failure/ids.ts';
import { splitAbove } from '../gate/may-go-on.ts';
import type { Cause } from '../pattern/cause.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { complexityOf, mostForRequirements } from './complexity.ts';
import { keptUntil } from './kept-until.ts';
import { longestSplitId, partIds, partsOf, type SplitWork, splitItem } from './split-item.ts';
import type { WorkItem, WorkItemId } from './work-item.ts';
import { isOver, type PendingWork } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';
import type { StoredWork } from './work-store.ts';

export type DecomposeOutcome =
  /** `isRepeated`: it was split before, and these are its parts, whatever list was given now. */
  | { kind: 'split'; parent: SplitWork; parts: WorkItem[]; isRepeated: boolean }
  | { kind: 'simple-enough'; item: WorkItem; score: number; reasons: string[] }
  /** A list of at least two is asked for; each becomes a part. */
  | { kind: 'needs-requirements'; item: WorkItem; score: number; reasons: string[] }
  /** Somebody works on it, and their lease stands. */
  | { kind: 'in-progress'; item: Extract<WorkItem, { state: 'in-progress' }> }
  | { kind: 'over'; item: WorkItem }
  /**
   * The list has more than 100 entries, or this one is longer than 1000 characters; the id has no room for parts; or it is a
   * debt, which has one owner and one date: its parts would remind nobody.
   */
  | { kind: 'refused'; because: 'too-many-requirements' | 'id-too-long' | 'is-debt'; item: WorkItem }
  | { kind: 'refused'; because: 'requirement-too-long'; item: WorkItem; requirement: string }
  | { kind: 'unknown' };

interface Order {
  id: WorkItemId;
  /** In place of the item's own list. */
  requirements?: string[];
  /** What ended its last attempt, when the item does not say. */
  cause?: Cause;
  by: Actor;
}

/**
 * Closes an item that is too complex in favour of its parts. One conditional write decides which parts there are; they are
 * written after it, and an item that is closed without them is looked at again until they all stand. So nobody works on the
 * whole and on a part of it at once, and pressing twice makes one set.
 */
export async function decomposeWork(
  ports: Pick<WorkPorts, 'work' | 'gates' | 'ids' | 'now'>,
  order: Order,
): Promise<DecomposeOutcome> {
  const outcome = await retryOnConflict(() => close(ports, order));
  if (!('closed' in outcome)) return outcome;
  const { closed, isRepeated } = outcome;
  const parts = await createParts(ports, closed);
  return { kind: 'split', parent: closed.item, parts, isRepeated };
}

type Closed = { closed: StoredWork & { item: SplitWork }; isRepeated: boolean };

async function close(
  { work, gates, ids, now }: Pick<WorkPorts, 'work' | 'gates' | 'ids' | 'now'>,
  { id, requirements, cause, by }: Order,
): Promise<DecomposeOutcome | Closed> {
  const stored = await work.get(id);
  if (!stored) return { kind: 'unknown' };
  const { item } = stored;
  const at = now();
  if (item.state === 'split') return { closed: { ...stored, item }, isRepeated: true };
  if (isOver(item)) return { kind: 'over', item };
  if (item.kind === 'technical-debt') return { kind: 'refused', because: 'is-debt', item };
  if (item.state === 'in-progress' && at.getTime() < Date.parse(item.lease.until)) return { kind: 'in-progress', item };

  const list = listOf(requirements ?? item.requirements);
  const { score, reasons } = complexityOf({ ...item, requirements: list }, { cause: cause ?? item.lastCause });
  if (list.length < 2 && score + mostForRequirements > splitAbove) {
    return { kind: 'needs-requirements', item, score, reasons };
  }
  if (score <= splitAbove) return { kind: 'simple-enough', item, score, reasons };
  if (item.id.length > longestSplitId) return { kind: 'refused', because: 'id-too-long', item };
  if (list.length > 100) return { kind: 'refused', because: 'too-many-requirements', item };
  const requirement = list.find(({ length }) => length > 1000);
  if (requirement !== undefined) return { kind: 'refused', because: 'requirement-too-long', item, requirement };

  const partIds = await freePartIds(work, item.id, list.length);
  const parent = splitItem(item, { requirements: list, partIds, by, at, actionId: ids.actionId() });
  const dues = { lease: at.getTime() + 60_000 };
  const expiresAt = await keptUntil({ gates }, parent.endedAt);
  await work.save(parent, { expectedVersion: item.version, dues, expiresAt });
  return { closed: { ...stored, item: parent, dues }, isRepeated: false };
}

/** Each line once, in its order. */
function listOf(requirements: readonly string[]): string[] {
  const lines = requirements.map((text) => text.trim()).filter((text) => text !== '');
  return [...new Set(lines)];
}

/** An item that came from elsewhere may have the name that a part would get. */
async function freePartIds(work: WorkPorts['work'], id: WorkItemId, count: number): Promise<WorkItemId[]> {
  for (let run = 0; run < 10; run++) {
    const names = partIds(id, count, run);
    if ((await work.getAll(names)).length === 0) return names;
  }
  throw new Error(`${id} cannot be split: items with the names of its parts exist already`);
}

/** Writes the parts that are missing; then nothing is due of the parent any more. */
export async function createParts(
  { work }: Pick<WorkPorts, 'work'>,
  { item: parent, dues }: { item: SplitWork; dues: StoredWork['dues'] },
): Promise<WorkItem[]> {
  const parts = partsOf(parent);
  if (dues.lease === undefined) return work.getAll(parent.children);
  const outcomes = await Promise.all(parts.map((part) => createPart(work, part)));
  const version = parent.version + 1;
  const lastAction = { ...parent.lastAction, id: `parts#${parent.lastAction.id}` };
  await retryOnConflict(async () => {
    const stored = await work.get(parent.id);
    if (!stored || stored.item.version !== parent.version) return;
    await work.save({ ...parent, version, lastAction }, { expectedVersion: parent.version, dues: {} });
  });
  return outcomes;
}

async function createPart(work: WorkPorts['work'], part: PendingWork): Promise<WorkItem> {
  if ((await work.create(part, {})) === 'created') return part;
  const stored = await work.get(part.id);
  if (stored && stored.item.parent === part.parent) return stored.item;
  throw new Error(`${part.id} exists already and is no part of ${part.parent}`);
}
