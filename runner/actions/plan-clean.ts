import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { limits, shorten } from '../../lib/recovery/text-limits.ts';
import { findAside } from '../clean/aside.ts';
import { isToMove } from '../clean/gated-items.ts';
import { asideFolder, queueFolders } from '../clean/queue-files.ts';
import { findTemp } from '../clean/temp-files.ts';
import { hashOfJson } from '../hash.ts';
import { keptPlaces } from '../kept-places.ts';
import { realPlace } from '../real-place.ts';
import type { Planned, Site } from './action.ts';
import { hostComponent } from './component-places.ts';
import { readGatedQueue } from './read-gated-queue.ts';
import { showProgram } from './run-step.ts';
import { checksOf } from './verify-component.ts';

export const CleanPlan = z.object({
  kind: z.literal('clean'),
  /** In the order in which they are started. */
  services: z.array(z.string()),
  queue: z.string().optional(),
  temp: z.array(z.object({ root: z.string(), path: z.string() })),
});
export type CleanPlan = z.infer<typeof CleanPlan>;

/** What a clean recovery would stop, remove, move and start. Reads only. */
export async function planClean(site: Site): Promise<Planned> {
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
  const files = here.queue ? await readGatedQueue(site, here.queue) : [];
  const aside = here.queue ? await findAside(here.queue) : [];
  const temp = await findTemp(here.temp, keptPlaces(config));
  const [toRemove, toMove] = [temp.filter(({ stays }) => !stays), files.filter(isToMove)];
  const plan: CleanPlan = {
    kind: 'clean',
    services,
    ...(here.queue && { queue: here.queue }),
    temp: toRemove.map(({ root, path }) => ({ root, path })),
  };
  const { trees, programs } = checksOf(config, component);
  const checks = [...trees.map(({ check }) => check), ...programs];
  const program = (name: string, key: 'stop' | 'start') => hostComponent(config, name)?.[key] ?? { command: [] };
  const lines = [
    ...services
      .toReversed()
      .map((name) => ({ what: `${name}: ${showProgram(program(name, 'stop'))}`, change: 'stop' as const })),
    ...toRemove.map(({ path }) => ({ what: path, change: 'remove' as const })),
    ...aside.map(({ folder, name }) => ({ what: `${folder}/${asideFolder}/${name}`, change: 'move' as const })),
    ...toMove.map(({ folder, name }) => ({ what: `${folder}/${name}`, change: 'move' as const })),
    ...services.map((name) => ({ what: `${name}: ${showProgram(program(name, 'start'))}`, change: 'start' as const })),
    ...checks.map((check) => ({ what: `${component}: ${showProgram(check)}`, change: 'check' as const })),
    ...temp.flatMap(({ path, stays }) => (stays ? [{ what: `${path}: ${stays}`, change: 'keep' as const }] : [])),
    ...files.flatMap(({ folder, name, stays }) =>
      stays ? [{ what: `${folder}/${name}: ${stays}`, change: 'keep' as const }] : [],
    ),
  ];
  const said = [
    services.length > 0 && `stops ${services.join(', ')} and starts ${services.length === 1 ? 'it' : 'them'} again`,
    `removes ${toRemove.length} temporary ${toRemove.length === 1 ? 'path' : 'paths'}`,
    here.queue && `moves what is in progress or failed back to pending (${items(toMove.length)} now)`,
    checks.length > 0 && 'runs its check',
  ].filter(Boolean);
  return {
    kind: 'planned',
    preview: {
      // A queue that lives never stands still: people say yes to the rules, and to no more paths than they were shown.
      hash: hashOfJson([here, services.map((name) => [name, hostComponent(config, name)]), component, checks]),
      summary: shorten(`Clean recovery: ${said.join('; ')}`, limits.detail),
      items: lines.slice(0, limits.paths).map(({ what, change }) => ({ what: shorten(what, limits.path), change })),
      total: lines.length,
    },
    plan,
  };
}

export const items = (count: number) => (count === 1 ? '1 item' : `${count} items`);

/** Why this is no queue; a link in the place of one of its folders would lead moves to somewhere else. */
async function brokenQueue(queue: string): Promise<string | undefined> {
  const top = await lstat(realPlace(queue)).catch(() => undefined);
  if (!top?.isDirectory()) return `${queue} is not a folder.`;
  for (const folder of queueFolders.flatMap((one) => [one, join(one, asideFolder)])) {
    const stat = await lstat(join(queue, folder)).catch(() => undefined);
    if (stat && !stat.isDirectory()) return `${join(queue, folder)} is not a folder.`;
  }
  return undefined;
}
