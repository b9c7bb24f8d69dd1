import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bringHome, removeAside } from '../clean/aside.ts';
import { compareQueues, placeOf } from '../clean/compare-queues.ts';
import { isHeldBack, isToMove } from '../clean/gated-items.ts';
import { moveBack } from '../clean/move-back.ts';
import { QueueFile, readQueue } from '../clean/queue-files.ts';
import { removeTemp } from '../clean/temp-files.ts';
import { keptPlaces } from '../kept-places.ts';
import type { WorkSite } from './action.ts';
import { type CleanPlan, items } from './plan-clean.ts';
import { readGatedQueue } from './read-gated-queue.ts';

/** What became of the files, as the journal keeps it. */
export const Counted = z.object({
  isSame: z.boolean(),
  moved: z.number(),
  removed: z.number(),
  /** Not there any more when it was its turn; journals of before do not say it. */
  gone: z.number().default(0),
  stay: z.number(),
  rows: z.array(z.array(z.string())),
});
export type Counted = z.infer<typeof Counted>;

/** Removes what was shown, moves what is stuck, and counts. */
export async function cleanFiles(site: WorkSite, plan: CleanPlan): Promise<Counted | 'interrupted'> {
  const { journal, now, tell } = site;
  const note = (name: string, value: unknown) => journal.write({ kind: 'note', at: now().toISOString(), name, value });
  if (site.isStopping()) return 'interrupted';
  if (plan.queue) await bringBack(site, plan.queue);
  // Counted while nothing works on it, and kept before the first file moves: the end is measured against it, even after a kill.
  if (!journal.note('before')) note('before', plan.queue ? await readGatedQueue(site, plan.queue) : []);
  const before = z.array(QueueFile).parse(journal.note('before')?.value);

  const since = stopwatch();
  await tell({ name: 'Remove temporary paths', state: 'started' });
  const { removed, gone, stay } = await removeTemp(plan.temp, keptPlaces(site.config));
  const detail = `${removed} removed${gone.length > 0 ? `, ${gone.length} gone already` : ''}`;
  await tell({ name: 'Remove temporary paths', state: 'done', detail, durationMs: since() });
  if (site.isStopping()) return 'interrupted';

  const { files, theirs } = plan.queue ? await moveAll(site, plan.queue, before) : { files: before, theirs: new Map() };
  const after = plan.queue ? await readQueue(plan.queue) : [];
  const { isSame, moved, rows } = compareQueues(files, after, theirs);
  const counted = {
    isSame,
    moved,
    removed,
    gone: gone.length,
    stay: files.filter(isHeldBack).length,
    rows: [
      ...(plan.queue ? rows : []),
      ...stay.map(({ path, why }) => [path, '', '', `stays: ${why}`]),
      ...gone.map((path) => [path, '', '', 'was gone already']),
    ],
  };
  note('counted', counted);
  return counted;
}

/** Before anybody counts: what an earlier run, killed in the middle of a move, had set aside. */
async function bringBack({ tell }: WorkSite, queue: string): Promise<void> {
  const home = await bringHome(queue);
  if (home.length === 0) return;
  const detail = `${home.map(placeOf).slice(0, 5).join(', ')}${home.length > 5 ? ` and ${home.length - 5} more` : ''}`;
  await tell({ name: 'Bring back what a move that was cut off had set aside', state: 'done', detail });
}

/** Answers what was there before, with what could not be moved after all, and what somebody else took or changed meanwhile. */
async function moveAll(site: WorkSite, queue: string, before: readonly QueueFile[]) {
  const since = stopwatch();
  const name = 'Move items back';
  await site.tell({ name, state: 'started' });
  await mkdir(join(queue, 'pending'), { recursive: true });
  const files: QueueFile[] = [];
  const theirs = new Map<string, string>();
  for (const file of before) {
    const moved = isToMove(file) ? await moveBack(queue, file) : undefined;
    files.push(moved?.kind === 'stays' ? { ...file, stays: moved.why } : file);
    if (moved?.kind === 'gone') theirs.set(placeOf(file), sayGone(moved.keptAs));
  }
  await removeAside(queue);
  const detail = `${items(files.filter((file) => isToMove(file) && !theirs.has(placeOf(file))).length)} to pending/`;
  await site.tell({ name, state: 'done', detail, durationMs: since() });
  return { files, theirs };
}

const sayGone = (keptAs: string | undefined) =>
  `somebody took or changed it meanwhile${keptAs ? `; what stood there is kept beside it as ${keptAs}` : ''}`;

function stopwatch(): () => number {
  const begun = performance.now();
  return () => Math.round(performance.now() - begun);
}
