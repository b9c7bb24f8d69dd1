import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { checkpointsOf, takeCheckpoint } from '../actions/saved-states.ts';
import type { WorkTreeConfig } from '../config.ts';
import { findRepository } from '../git/repository.ts';
import { readRunnerConfig } from '../read-config.ts';
import { CheckpointName, Component, parseFlags, UsageError } from './options.ts';

const Flags = z.object({
  component: Component.optional(),
  name: CheckpointName.optional(),
  workTree: z.string().optional(),
  config: z.string().optional(),
  list: z.boolean().default(false),
});

/** `kintsugi checkpoint`: saves the work tree as it is now, as a state that a rollback returns to. */
export async function checkpointCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const { component, workTree } = await place(flags);
  if (flags.list) {
    const checkpoints = await checkpointsOf(workTree, component);
    for (const { details, ref } of checkpoints) console.log(`${details.at}  ${details.name}  ${ref}`);
    if (checkpoints.length === 0) console.log(`${component} has no checkpoint in ${workTree}`);
    return 0;
  }
  const saved = await takeCheckpoint(workTree, component, {
    at: new Date(),
    ...(flags.name !== undefined && { name: flags.name }),
  });
  console.log(`Checkpoint ${saved.details.name} of ${component}: ${saved.entries.size} files, kept as ${saved.ref}`);
  return 0;
}

/** The work tree is the one named, the component's own in runner.yml, or the one this folder is in. */
async function place(flags: z.infer<typeof Flags>): Promise<{ component: string; workTree: string }> {
  const configured = flags.config === undefined ? undefined : configuredTree(flags.config, flags.component);
  const folder = resolve(flags.workTree ?? configured?.path ?? process.cwd());
  const repository = await findRepository(folder);
  if (!repository) throw new UsageError(`${folder} is in no git work tree; name one with --work-tree`);
  const component = flags.component ?? configured?.component ?? basename(repository.root).toLowerCase();
  const parsed = Component.safeParse(component);
  if (!parsed.success) throw new UsageError(`--component is missing, and "${component}" cannot be one`);
  return { component: parsed.data, workTree: repository.root };
}

/** The work tree of a component in runner.yml; a name that stands nowhere there must not end up as that of another folder. */
function configuredTree(file: string, component: string | undefined): WorkTreeConfig {
  const trees = Object.values(readRunnerConfig(file).workTrees);
  const names = trees.map((tree) => tree.component).join(', ');
  const [found, ...more] = trees.filter((tree) => component === undefined || tree.component === component);
  if (!found) throw new UsageError(`${file} names no work tree of ${component}; it names ${names}`);
  if (more.length === 0) return found;
  if (component === undefined) throw new UsageError(`--component is missing; ${file} names ${names}`);
  throw new UsageError(
    `${file} names several work trees of ${component}; choose one with --work-tree, without --config`,
  );
}
