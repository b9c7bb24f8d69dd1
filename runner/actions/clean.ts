import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import { compareQueues } from '../clean/compare-queues.ts';
import { holdShut, isToMove } from '../clean/gated-items.ts';
import { moveBack } from '../clean/move-back.ts';
import { QueueFile, queueFolders, readQueue } from '../clean/queue-files.ts';
import { findTemp, removeTemp } from '../clean/temp-files.ts';
import { realPlace } from '../real-place.ts';
import type { HostRecovery, Outcome, Planned, Site, WorkSite } from './action.ts';
import { beginWork, ended, hashOf } from './begin-work.ts';
import { componentPlaces, hostComponent } from './component-places.ts';
import { readGates } from './read-gates.ts';
import { showProgram } from './run-step.ts';
import { serviceTable, startAll, stopAll } from './shutdown.ts';

const CleanPlan = z.object({
  kind: z.literal('clean'),
  /** In the order in which they are started. */
  services: z.array(z.string()),
  queue: z.string().optional(),
  temp: z.array(z.object({ root: z.string(), path: z.string() })),
});
type CleanPlan = z.infer<typeof CleanPlan>;
const Counted = z.object({
  isSame: z.boolean(),
  moved: z.number(),
  removed: z.number(),
  stay: z.number(),
  rows: z.array(z.array(z.string())),
});
type Counted = z.infer<typeof Counted>;

/**
 * Clean recovery: stops what is configured, removes temporary paths of the allow-list, moves items that are stuck back to
 * pending/, starts again, and counts before and after. It loses no item, and a second time there is nothing left to do.
 */
export const clean: HostRecovery = {
  places({ config, component, order }) {
    const { queue } = hostComponent(config, component)?.clean ?? {};
    const components = order.components?.length ? order.components : [component];
    return [...componentPlaces(config, [...new Set([component, ...components])]), ...(queue ? [realPlace(queue)] : [])];
  },
  isAble: (config, component) => hostComponent(config, component)?.clean !== undefined,
  plan: planClean,

  async carryOut(site) {
    const plan = CleanPlan.parse(site.plan);
    const hindrance = await beginWork(site, clean);
    if (hindrance) return hindrance;
    const stopped = await stopAll(site, plan.services);
    if (stopped === 'interrupted') return { kind: 'interrupted' };
    const stuck = stopped.find(({ state }) => state === 'bad');
    if (stuck)
      return giveUp(site, plan, `${stuck.component} could not be stopped (${stuck.how}), so no file was touched.`);
    const counted = site.journal.note('counted')
      ? Counted.parse(site.journal.note('counted')?.value)
      : await cleanFiles(site, plan);
    if (counted === 'interrupted') return { kind: 'interrupted' };
    const started = await startAll(site, plan.services);
    if (started === 'interrupted') return { kind: 'interrupted' };
    const broken = started.find(({ state }) => state === 'bad');
    const services = serviceTable(started).rows.map(([state = '', name = '', how = '']) => [
      name,
      '',
      '',
      `${state}: ${how}`,
    ]);
    const table = {
      columns: ['What', 'Before', 'After', 'Note'],
      rows: cut([...counted.rows.slice(0, 5), ...services, ...counted.rows.slice(5)]),
    };
    const parts = [
      plan.queue && `${items(counted.moved)} moved back to pending`,
      `${counted.removed} temporary ${counted.removed === 1 ? 'path' : 'paths'} removed`,
      counted.stay > 0 && `${items(counted.stay)} stay where they are (named in the table)`,
      plan.queue &&
        (counted.isSame ? 'what went in equals what came out' : 'some items are missing (named in the table)'),
    ].filter(Boolean);
    const what = `${parts.join('; ')}.`;
    if (broken) return ended(false, `${what} But ${broken.component} does not work: ${broken.how}.`, { table });
    return ended(counted.isSame, what, { table });
  },
};

async function planClean(site: Site): Promise<Planned> {
  const { config, component, order } = site;
  const here = hostComponent(config, component)?.clean;
  const refuse = (code: string, reason: string, advice: string) => ({ kind: 'refused' as const, code, reason, advice });
  if (!here) {
    const reason = `The runner.yml of ${config.name} has no components.${component}.clean.`;
    return refuse('not_configured', reason, 'Add it there. Nothing was touched.');
  }
  const named = order.components?.length ? order.components : [component];
  const services = named.filter((name) => hostComponent(config, name)?.stop);
  const oneWay = services.find((name) => !hostComponent(config, name)?.start);
  if (oneWay) {
    return refuse(
      'not_configured',
      `${oneWay} can be stopped but not started again.`,
      `Add components.${oneWay}.start to runner.yml.`,
    );
  }
  const broken = here.queue && (await brokenQueue(here.queue));
  if (broken)
    return refuse('no_queue', broken, 'Correct components.<name>.clean.queue in runner.yml. Nothing was touched.');
  const files = here.queue ? await judgedQueue(site, here.queue) : [];
  const temp = await findTemp(here.temp, keptPlaces(site, here.queue));
  const [toRemove, toMove] = [temp.filter(({ stays }) => !stays), files.filter(isToMove)];
  const plan: CleanPlan = {
    kind: 'clean',
    services,
    ...(here.queue && { queue: here.queue }),
    temp: toRemove.map(({ root, path }) => ({ root, path })),
  };
  const program = (name: string, key: 'stop' | 'start') => hostComponent(config, name)?.[key] ?? { command: [] };
  const lines = [
    ...services
      .toReversed()
      .map((name) => ({ what: `${name}: ${showProgram(program(name, 'stop'))}`, change: 'stop' as const })),
    ...toRemove.map(({ path }) => ({ what: path, change: 'remove' as const })),
    ...toMove.map(({ folder, name }) => ({ what: `${folder}/${name}`, change: 'move' as const })),
    ...services.map((name) => ({ what: `${name}: ${showProgram(program(name, 'start'))}`, change: 'start' as const })),
    ...temp.flatMap(({ path, stays }) => (stays ? [{ what: `${path}: ${stays}`, change: 'keep' as const }] : [])),
    ...files.flatMap(({ folder, name, stays }) =>
      stays ? [{ what: `${folder}/${name}: ${stays}`, change: 'keep' as const }] : [],
    ),
  ];
  const said = [
    services.length > 0 && `stops ${services.join(', ')} and starts ${services.length === 1 ? 'it' : 'them'} again`,
    `removes ${toRemove.length} temporary ${toRemove.length === 1 ? 'path' : 'paths'}`,
    here.queue && `moves what is in progress or failed back to pending (${items(toMove.length)} now)`,
  ].filter(Boolean);
  return {
    kind: 'planned',
    preview: {
      // A queue that lives never stands still: people say yes to the rules, and to no more paths than they were shown.
      hash: hashOf([here, services.map((name) => [name, hostComponent(config, name)]), component]),
      summary: shorten(`Clean recovery: ${said.join('; ')}`, limits.detail),
      items: lines.slice(0, limits.paths).map(({ what, change }) => ({ what: shorten(what, limits.path), change })),
      total: lines.length,
    },
    plan,
  };
}

async function cleanFiles(site: WorkSite, plan: CleanPlan): Promise<Counted | 'interrupted'> {
  const { journal, now, tell } = site;
  const note = (name: string, value: unknown) => journal.write({ kind: 'note', at: now().toISOString(), name, value });
  if (site.isStopping()) return 'interrupted';
  // Counted while nothing works on it, and kept before the first file moves: the end is measured against it, even after a kill.
  if (!journal.note('before')) note('before', plan.queue ? await judgedQueue(site, plan.queue) : []);
  const before = z.array(QueueFile).parse(journal.note('before')?.value);

  const begun = performance.now();
  const since = () => Math.round(performance.now() - begun);
  await tell({ name: 'Remove temporary paths', state: 'started' });
  const kept = keptPlaces(site, plan.queue);
  const stays: string[][] = [];
  // What lies in a folder goes before the folder.
  for (const temp of plan.temp.toReversed()) {
    const removed = await removeTemp(temp, kept);
    if (typeof removed === 'object') stays.push([temp.path, '', '', `stays: ${removed.stays}`]);
  }
  const removed = plan.temp.length - stays.length;
  await tell({ name: 'Remove temporary paths', state: 'done', detail: `${removed} removed`, durationMs: since() });
  if (site.isStopping()) return 'interrupted';

  const files = plan.queue ? await moveAll(site, plan.queue, before) : before;
  const after = plan.queue ? await readQueue(plan.queue) : [];
  const { isSame, moved, rows } = compareQueues(files, after);
  const counted = {
    isSame,
    moved,
    removed,
    stay: files.filter(isStuck).length,
    rows: [...(plan.queue ? rows : []), ...stays],
  };
  note('counted', counted);
  return counted;
}

/** Answers what was there before, with what could not be moved after all. */
async function moveAll(site: WorkSite, queue: string, before: readonly QueueFile[]): Promise<QueueFile[]> {
  const begun = performance.now();
  await site.tell({ name: 'Move items back', state: 'started' });
  await mkdir(join(queue, 'pending'), { recursive: true });
  const after: QueueFile[] = [];
  for (const file of before) {
    const moved = isToMove(file) ? await moveBack(queue, file) : undefined;
    after.push(moved?.kind === 'stays' ? { ...file, stays: moved.why } : file);
  }
  const detail = `${items(after.filter(isToMove).length)} to pending/`;
  await site.tell({
    name: 'Move items back',
    state: 'done',
    detail,
    durationMs: Math.round(performance.now() - begun),
  });
  return after;
}

async function judgedQueue({ config, component }: Site, queue: string): Promise<QueueFile[]> {
  const [files, gates] = await Promise.all([readQueue(queue), readGates(config).catch(() => 'unknown' as const)]);
  return holdShut(files, { gates, component, now: new Date() });
}

async function giveUp(site: WorkSite, { services }: CleanPlan, why: string): Promise<Outcome> {
  const started = await startAll(site, services);
  if (started === 'interrupted') return { kind: 'interrupted' };
  return ended(false, why, { table: serviceTable(started) });
}

/** Why this is no queue; a link in the place of one of its folders would lead moves to somewhere else. */
async function brokenQueue(queue: string): Promise<string | undefined> {
  const top = await lstat(realPlace(queue)).catch(() => undefined);
  if (!top?.isDirectory()) return `${queue} is not a folder.`;
  for (const folder of queueFolders) {
    const stat = await lstat(join(queue, folder)).catch(() => undefined);
    if (stat && !stat.isDirectory()) return `${join(queue, folder)} is not a folder.`;
  }
  return undefined;
}

/** Never removed, whatever a pattern says. */
const keptPlaces = ({ config }: Site, queue: string | undefined) =>
  [
    config.journal,
    config.keys.file,
    ...(queue ? [queue] : []),
    ...Object.values(config.workTrees).map(({ path }) => join(path, '.git')),
  ].map(realPlace);

const isStuck = ({ folder, stays }: QueueFile) =>
  stays !== undefined && (folder === 'in-progress' || folder === 'failed');
const items = (count: number) => (count === 1 ? '1 item' : `${count} items`);

function cut(rows: string[][]): string[][] {
  const shown = rows.length > limits.rows ? rows.slice(0, limits.rows - 1) : rows;
  const rest = rows.length - shown.length;
  return rest > 0 ? [...shown, [`… and ${rest} more`, '', '', 'There is no room for them here.']] : shown;
}
