import { limits } from '../lib/recovery/text-limits.ts';
import { pairTitle, programLines } from './actions/program-lines.ts';
import { checkPlaces } from './check-places.ts';
import type { RunnerConfig } from './config.ts';

export interface ConfigProblem {
  path: readonly PropertyKey[];
  message: string;
}

/** What no key says alone: paths that reach where nothing may be removed, and two names for one place. Paths are absolute. */
export function checkConfig(config: RunnerConfig): ConfigProblem[] {
  return [...checkPlaces(config), ...checkPairs(config), ...checkMirrors(config), ...checkPreviews(config)];
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
