import { z } from 'zod';
import { checkpointsOf, takeCheckpoint } from '../actions/saved-states.ts';
import { findPlace } from './find-place.ts';
import { CheckpointName, Component, parseFlags } from './options.ts';

const Flags = z.object({
  component: Component.optional(),
  name: CheckpointName.optional(),
  workTree: z.string().optional(),
  config: z.string().min(1).optional(),
  list: z.boolean().default(false),
});

/** `kintsugi checkpoint`: saves the work tree as it is now, as a state that a rollback returns to. */
export async function checkpointCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const { component, workTree } = await findPlace(flags);
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
