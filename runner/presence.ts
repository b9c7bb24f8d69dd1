import { hostname } from 'node:os';
import type { RunnerPresence } from '../lib/recovery/command.ts';
import { Strategy } from '../lib/recovery/run.ts';
import { recoveries } from './actions/registry.ts';
import type { RunnerContext } from './context.ts';

/** What this runner says of itself: from runner.yml alone, so that nothing is run to find it out. */
export function presenceOf(
  { config, atWork }: Pick<RunnerContext, 'config' | 'atWork'>,
  { release, startedAt }: { release: string; startedAt: Date },
): Omit<RunnerPresence, 'version' | 'kind' | 'runner' | 'at'> {
  const { components, workTrees, actions } = config;
  const named = [
    ...Object.keys(components),
    ...[...Object.values(workTrees), ...Object.values(actions)].map(({ component }) => component),
  ];
  const names = [...new Set(named)].sort();
  const [work] = atWork.values();
  return {
    release,
    host: hostname().slice(0, 200),
    startedAt: startedAt.toISOString(),
    abilities: Object.fromEntries(
      names.map((name) => [name, Strategy.options.filter((strategy) => recoveries[strategy].isAble(config, name))]),
    ),
    actions: Object.fromEntries(
      names.map((name) => [
        name,
        Object.keys(actions)
          .filter((action) => actions[action]?.component === name)
          .slice(0, 50),
      ]),
    ),
    ...(work && { runId: work.runId }),
  };
}
