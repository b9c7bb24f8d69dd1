import { join, resolve } from 'node:path';
import type { RunnerConfig } from './config.ts';
import { realPlace } from './real-place.ts';
import { spoolFolder } from './spool.ts';

export interface KeptPlace {
  /** In words for whoever named a folder in it. */
  what: string;
  place: string;
}

/** Never removed, whatever a pattern says: what the runner itself needs, the queues of all components, and what git keeps. */
export function namedPlaces({ file, journal, keys, workTrees, components }: RunnerConfig): KeptPlace[] {
  const own = [
    { what: "the runner's own journal", place: journal },
    { what: "the runner's own key", place: keys.file },
    { what: "the runner's own unsent signals", place: resolve(spoolFolder(process.env)) },
    ...(file ? [{ what: 'runner.yml', place: file }] : []),
  ];
  const queues = Object.entries(components).flatMap(([name, { clean, mirror }]) => [
    ...(clean?.queue ? [{ what: `the queue of ${name}`, place: clean.queue }] : []),
    ...(mirror ? [{ what: `the mirror of ${name}`, place: mirror.folder }] : []),
  ]);
  const gits = Object.entries(workTrees).map(([name, { path }]) => ({
    what: `the .git of the work tree ${name}`,
    place: join(path, '.git'),
  }));
  return [...own, ...queues, ...gits].map(({ what, place }) => ({ what, place: realPlace(place) }));
}

export const keptPlaces = (config: RunnerConfig): string[] => namedPlaces(config).map(({ place }) => place);
