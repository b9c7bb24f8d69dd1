import { homedir } from 'node:os';
import { limits } from '../lib/recovery/text-limits.ts';
import { pairTitle, programLines } from './actions/program-lines.ts';
import type { RunnerConfig } from './config.ts';
import { isWithin, realPlace } from './real-place.ts';

export interface ConfigProblem {
  path: readonly PropertyKey[];
  message: string;
}

/** What no key says alone: paths that reach where nothing may be removed, and two names for one place. Paths are absolute. */
export function checkConfig(config: RunnerConfig): ConfigProblem[] {
  return [
    ...checkTemp(config),
    ...checkPlaces(config),
    ...checkPairs(config),
    ...checkMirrors(config),
    ...checkQueues(config),
    ...checkPreviews(config),
  ];
}

function checkTemp({ components, workTrees, journal, keys }: RunnerConfig): ConfigProblem[] {
  const home = realPlace(homedir());
  return Object.entries(components).flatMap(([component, { clean }]) => {
    const trees = Object.values(workTrees).filter((tree) => tree.component === component);
    return (clean?.temp ?? []).flatMap(({ root }, index) => {
      const path = ['components', component, 'clean', 'temp', index, 'root'];
      const real = realPlace(root);
      const refuse = (message: string) => [{ path, message }];
      if (isWithin(home, real)) return refuse(`${real} is or holds the home folder: name a folder of temporary files`);
      if (trees.length > 0 && !trees.some((tree) => isWithin(real, realPlace(tree.path)))) {
        const named = trees.map((tree) => tree.path).join(', ');
        return refuse(`${real} is outside of ${component}'s work tree: must be in ${named}`);
      }
      const own = [journal, keys.file].find((place) => isWithin(real, realPlace(place)));
      return own ? refuse(`${real} is inside the runner's own ${own}`) : [];
    });
  });
}

function checkPlaces({ components, workTrees }: RunnerConfig): ConfigProblem[] {
  const trees = Object.entries(workTrees).map(([name, { path, component }]) => ({
    name: `the work tree ${name}`,
    place: `${component} ${realPlace(path)}`,
    path: ['workTrees', name, 'path'],
  }));
  const queues = Object.entries(components).flatMap(([component, { clean, mirror }]) =>
    clean?.queue
      ? [{ name: component, place: realPlace(clean.queue), path: ['components', component, 'clean', 'queue'] }]
      : mirror
        ? [{ name: component, place: realPlace(mirror.folder), path: ['components', component, 'mirror', 'folder'] }]
        : [],
  );
  return [...twice(trees), ...twice(queues)];
}

function twice(named: { name: string; place: string; path: string[] }[]): ConfigProblem[] {
  return named.flatMap(({ place, path }, index) => {
    const first = named.slice(0, index).find((earlier) => earlier.place === place);
    return first ? [{ path, message: `is the same folder as that of ${first.name}: name each place once` }] : [];
  });
}

/** What is stopped for a clean recovery must be started again. */
function checkPairs({ components }: RunnerConfig): ConfigProblem[] {
  return Object.entries(components).flatMap(([component, { stop, start, clean }]) =>
    clean && stop && !start
      ? [
          {
            path: ['components', component, 'stop'],
            message: `needs components.${component}.start beside it: a clean recovery stops it and starts it again`,
          },
        ]
      : [],
  );
}

/** A folder is kept equal to the work queue, and that is in the table. */
function checkMirrors({ components, table }: RunnerConfig): ConfigProblem[] {
  if (table !== undefined) return [];
  return Object.entries(components).flatMap(([component, { mirror }]) =>
    mirror
      ? [{ path: ['components', component, 'mirror'], message: 'needs `table: NAME` at the top of the file' }]
      : [],
  );
}

/** What people say yes to is the whole command: none may be longer than what its preview shows. */
function checkPreviews({ actions, components }: RunnerConfig): ConfigProblem[] {
  const ofActions = Object.entries(actions).flatMap(([name, { title, verify, undo, ...apply }]) => [
    { path: ['actions', name], line: programLines.apply(title, apply) },
    ...(verify ? [{ path: ['actions', name, 'verify'], line: programLines.verify(verify) }] : []),
    ...(undo ? [{ path: ['actions', name, 'undo'], line: programLines.undo(title, undo) }] : []),
  ]);
  const ofPairs = Object.entries(components).flatMap(([name, { rollback }]) => {
    if (!rollback) return [];
    const line = programLines.undo(pairTitle(name), rollback.undo);
    return [{ path: ['components', name, 'rollback', 'undo'], line }];
  });
  return [...ofActions, ...ofPairs].flatMap(({ path, line }) => {
    const bytes = Buffer.byteLength(line);
    const message = `is shown to people before they approve it, with its title in at most ${limits.path} bytes; it has ${bytes}: put it into a script`;
    return bytes > limits.path ? [{ path: [...path, 'command'], message }] : [];
  });
}

/** Files are moved about and folders made there: never where a machine or git keeps its own. */
function checkQueues({ components }: RunnerConfig): ConfigProblem[] {
  const home = realPlace(homedir());
  return Object.entries(components).flatMap(([component, { clean, mirror }]) =>
    [
      { path: ['components', component, 'clean', 'queue'], folder: clean?.queue },
      { path: ['components', component, 'mirror', 'folder'], folder: mirror?.folder },
    ].flatMap(({ path, folder }) => {
      if (folder === undefined) return [];
      const real = realPlace(folder);
      if (isWithin(home, real))
        return [{ path, message: `${real} is or holds the home folder: name a folder of work items` }];
      if (/\/\.git(\/|$)/.test(real)) return [{ path, message: `${real} is git's own: name a folder of work items` }];
      return systemFolders.some((own) => isWithin(real, own))
        ? [{ path, message: `${real} is the system's own: name a folder of work items` }]
        : [];
    }),
  );
}

const systemFolders = ['/bin', '/boot', '/dev', '/etc', '/lib', '/proc', '/sbin', '/sys', '/usr'];
