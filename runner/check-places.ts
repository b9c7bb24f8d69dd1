import { homedir } from 'node:os';
import type { ConfigProblem } from './check-config.ts';
import type { RunnerConfig } from './config.ts';
import { namedPlaces } from './kept-places.ts';
import { isWithin, realPlace } from './real-place.ts';

/** Folders that reach where nothing may be removed or moved, and two names for one place. Paths are absolute. */
export function checkPlaces(config: RunnerConfig): ConfigProblem[] {
  return [...checkTemp(config), ...checkTrees(config), ...checkQueues(config), ...checkApart(config)];
}

/** A kept place inside a root is left out when its time comes; a root inside a kept place was never meant. */
function checkTemp(config: RunnerConfig): ConfigProblem[] {
  const kept = namedPlaces(config);
  return Object.entries(config.components).flatMap(([component, { clean }]) => {
    const trees = Object.values(config.workTrees).filter((tree) => tree.component === component);
    return (clean?.temp ?? []).flatMap(({ root }, index) => {
      const path = ['components', component, 'clean', 'temp', index, 'root'];
      const real = realPlace(root);
      const own = kept.find(({ place }) => isWithin(real, place));
      const what = others(real) ?? (own && `inside ${own.what}`);
      if (what) return [{ path, message: `${real} is ${what}: name a folder of temporary files` }];
      if (trees.length === 0 || trees.some((tree) => isWithin(real, realPlace(tree.path)))) return [];
      const named = trees.map((tree) => tree.path).join(', ');
      return [{ path, message: `${real} is outside of ${component}'s work tree: must be in ${named}` }];
    });
  });
}

function checkTrees({ workTrees }: RunnerConfig): ConfigProblem[] {
  const trees = Object.entries(workTrees).map(([name, { path, component }]) => ({
    of: `the work tree ${name}`,
    place: `${component} ${realPlace(path)}`,
    path: ['workTrees', name, 'path'],
  }));
  return trees.flatMap(({ place, path }, index) => {
    const first = trees.slice(0, index).find((earlier) => earlier.place === place);
    return first ? [{ path, message: `is the same folder as that of ${first.of}: name each place once` }] : [];
  });
}

/** Files are moved about and folders made there: never where a machine or git keeps its own. */
function checkQueues(config: RunnerConfig): ConfigProblem[] {
  return queuesOf(config).flatMap(({ path, place }) => {
    const what = others(place);
    return what ? [{ path, message: `${place} is ${what}: name a folder of work items` }] : [];
  });
}

/** One component may clean the folder that it mirrors; any other two, and one inside the other, would move each other's files. */
function checkApart(config: RunnerConfig): ConfigProblem[] {
  const queues = queuesOf(config);
  return queues.flatMap(({ component, place, path }, index) => {
    const same = (earlier: (typeof queues)[number]) => earlier.place === place;
    const first = queues
      .slice(0, index)
      .find((earlier) =>
        same(earlier)
          ? earlier.component !== component
          : isWithin(place, earlier.place) || isWithin(earlier.place, place),
      );
    if (!first) return [];
    const message = same(first)
      ? `is the same folder as that of ${first.component}: name each place once`
      : `${place} and ${first.place} of ${first.component} lie one inside the other: name two that do not`;
    return [{ path, message }];
  });
}

function queuesOf({ components }: RunnerConfig) {
  return Object.entries(components).flatMap(([component, { clean, mirror }]) => [
    ...(clean?.queue
      ? [{ component, place: realPlace(clean.queue), path: ['components', component, 'clean', 'queue'] }]
      : []),
    ...(mirror
      ? [{ component, place: realPlace(mirror.folder), path: ['components', component, 'mirror', 'folder'] }]
      : []),
  ]);
}

/** Whose it is, when it is nobody's to name here. */
function others(real: string): string | undefined {
  if (isWithin(realPlace(homedir()), real)) return 'or holds the home folder';
  if (/\/\.git(\/|$)/.test(real)) return "git's own";
  if (systemFolders.some((own) => isWithin(real, realPlace(own)))) return "the system's own";
  return sharedFolders.some((shared) => real === realPlace(shared))
    ? 'shared by all that runs on this host'
    : undefined;
}

const systemFolders = ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib64', '/proc', '/sbin', '/sys', '/usr'];
/** Not they themselves, but folders in them. */
const sharedFolders = ['/home', '/media', '/mnt', '/opt', '/root', '/run', '/srv', '/var', '/var/lib'];
