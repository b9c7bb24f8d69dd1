import { z } from 'zod';
import { RunId } from '../../lib/failure/ids.ts';
import { type KnownRun, readKnownRuns } from '../actions/known-runs.ts';
import { leftFolders } from '../actions/left-folders.ts';
import { neededRefs, sizeOf } from '../actions/needed-refs.ts';
import { planRun } from '../actions/plan-rollback-run.ts';
import { planUndoRun } from '../actions/plan-undo-run.ts';
import { verbOf } from '../actions/preview.ts';
import { pruneCheckpoints } from '../actions/prune-checkpoints.ts';
import { checkpointsOf } from '../actions/saved-states.ts';
import { openRepository } from '../git/repository.ts';
import { parsePlan } from '../git/rollback-plan.ts';
import { readRunnerConfig } from '../read-config.ts';
import { findPlace } from './find-place.ts';
import { CheckpointName, Component, parseFlags } from './options.ts';

const place = {
  component: Component.optional(),
  workTree: z.string().optional(),
  config: z.string().min(1).optional(),
};
const ListFlags = z.object(place);
const PreviewFlags = z.object({ ...place, name: CheckpointName.optional(), undo: RunId.optional() });
const PruneFlags = z.object({
  ...place,
  keep: z.coerce.number('must be a whole number').int('must be a whole number').min(1, 'must be 1 or more').default(10),
  olderThan: z
    .string()
    .regex(/^\d{1,5}[dh]$/, 'must be days or hours, such as 30d or 12h')
    .default('30d')
    .transform((text) => Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1) * 60 * 60_000),
  dryRun: z.boolean().default(false),
});

/** `kintsugi checkpoints`: what there is, newest first, how large, and what needs it. */
export async function checkpointsCommand(given: unknown): Promise<number> {
  const flags = parseFlags(ListFlags, given);
  const { component, workTree } = await findPlace(flags);
  const checkpoints = await checkpointsOf(workTree, component);
  if (checkpoints.length === 0) {
    console.log(`${component} has no checkpoint in ${workTree}`);
    return 0;
  }
  const repository = await openRepository(workTree);
  const needed = await neededRefs(workTree, component, runsOf(flags.config));
  for (const { ref, commit, details } of checkpoints) {
    const { files, bytes } = await sizeOf(repository, commit);
    const why = needed.get(ref);
    const size = `${files} files, ${(bytes / 1_000_000).toFixed(1)} MB`;
    console.log([details.at, details.name, size, ...(why === undefined ? [] : [`needed: ${why}`])].join('  '));
  }
  return 0;
}

/** `kintsugi checkpoints preview`: every path that a rollback, or the undo of a run, would change now. Reads only. */
export async function previewCommand(given: unknown): Promise<number> {
  const { name: checkpoint, undo, ...flags } = parseFlags(PreviewFlags, given);
  const { component, workTree } = await findPlace(flags);
  const leave = flags.config === undefined ? [] : leftFolders(readRunnerConfig(flags.config), workTree);
  const planned = undo
    ? await planUndoRun(workTree, undo, leave)
    : await planRun(workTree, component, { checkpoint, leave });
  if (planned.kind === 'refused') {
    console.error(`kintsugi: ${planned.reason} ${planned.advice}`);
    return 1;
  }
  for (const change of parsePlan(planned.plan).changes) console.log(`${verbOf(change).padEnd(8)}  ${change.path}`);
  console.log(planned.preview.summary);
  return 0;
}

/** `kintsugi checkpoints prune`: drops what is old, beyond the newest few, and needed by nothing. */
export async function pruneCommand(given: unknown): Promise<number> {
  const { keep, olderThan: olderThanMs, dryRun, ...flags } = parseFlags(PruneFlags, given);
  const { component, workTree } = await findPlace(flags);
  const runs = runsOf(flags.config);
  const rules = { keep, olderThanMs, dryRun, now: new Date() };
  const gone = await pruneCheckpoints(workTree, { component, ...rules, ...(runs && { runs }) });
  for (const { ref, at } of gone) console.log(`${at.toISOString()}  ${ref}`);
  const count = gone.length === 1 ? '1 saved state' : `${gone.length} saved states`;
  console.log(dryRun ? `Would drop ${count}. Nothing was dropped.` : `Dropped ${count}. git gc frees the space.`);
  if (!runs) console.log('What recoveries saved was left: name the runner.yml with --config to look at those, too.');
  return 0;
}

/** What the runner of this host knows; undefined when nobody says which runner that is. */
function runsOf(config: string | undefined): KnownRun[] | undefined {
  return config === undefined ? undefined : readKnownRuns(readRunnerConfig(config).journal);
}
