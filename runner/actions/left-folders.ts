import { lstatSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { RunnerConfig } from '../config.ts';
import type { LeftFolder } from '../git/rollback-plan.ts';
import { states } from '../mirror/folder.ts';
import { isWithin, realPlace } from '../real-place.ts';
import { spoolFolder } from '../spool.ts';

/**
 * What may lie inside a work tree and must not go back in time with it: the work items of all components, and the runner's own
 * notebook, key and unsent signals. Links on the way there belong to it.
 */
export function leftFolders(
  { components, journal, keys }: RunnerConfig,
  workTree: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): LeftFolder[] {
  const root = realPlace(workTree);
  const queues = Object.values(components).flatMap(({ clean, mirror }) => [clean?.queue, mirror?.folder]);
  const own = [journal, keys.file, spoolFolder(env)];
  const named = [
    ...queues.map((folder) => ({ folder, because: 'work-queue' as const })),
    ...own.map((folder) => ({ folder, because: 'runners-own' as const })),
  ];
  const left = named.flatMap(({ folder, because }) => {
    if (folder === undefined) return [];
    const places = [realPlace(folder), ...linksOn(folder)].filter((place) => isWithin(place, root));
    return places.flatMap((place) => inTree(relative(root, place), because));
  });
  return [...new Map(left.map((one) => [one.path, one])).values()];
}

/** Where the work tree itself is the queue, its folders are. */
function inTree(path: string, because: LeftFolder['because']): LeftFolder[] {
  if (path !== '') return [{ path, because }];
  return because === 'work-queue' ? [...states, 'conflicts'].map((state) => ({ path: state, because })) : [];
}

/** The links that a path goes through, each where it really is. */
function linksOn(path: string): string[] {
  const above = dirname(path);
  if (above === path) return [];
  const place = join(realPlace(above), basename(path));
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return [...linksOn(above), ...(isLink ? [place] : [])];
}
