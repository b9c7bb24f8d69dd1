import { z } from 'zod';
import { redact } from '../../../lib/adapters/redaction/redact.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { priorityWords, WorkItemId, WorkKind } from '../../../lib/work/work-item.ts';
import { Component, parseFlags, UsageError } from '../options.ts';
import { EstimateMinutes, PriorityFlag, requirementsOf, thisHost, WorkFlags, workStores } from './work-options.ts';

const Flags = WorkFlags.extend({
  component: Component,
  title: z
    .string()
    .trim()
    .min(1, 'must say what is to be done')
    .max(300, 'must be at most 300 characters; the rest goes into --notes'),
  notes: z.string().max(8000, 'must be at most 8000 characters').optional(),
  requirements: z.array(z.string()).default([]),
  estimate: EstimateMinutes.optional(),
  priority: PriorityFlag.optional(),
  kind: WorkKind.default('task'),
  id: WorkItemId.optional(),
  json: z.boolean().default(false),
});

/** `kintsugi add`. With --id, adding it twice adds it once. */
export async function addCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const requirements = requirementsOf(flags.requirements);
  const long = requirements.find(({ length }) => length > 1000);
  if (long !== undefined)
    throw new UsageError(`--requirements: "${long.slice(0, 60)}…" is longer than 1000 characters`);
  if (requirements.length > 100)
    throw new UsageError(`--requirements: ${requirements.length} are too many; 100 is the most`);
  const outcome = await addWork(await workStores(flags), {
    kind: flags.kind,
    title: (await redact(flags.title)).slice(0, 300),
    component: flags.component,
    priority: flags.priority ?? priorityWords.medium,
    requirements: await Promise.all(requirements.map((text) => redact(text))),
    ...(flags.notes === undefined ? {} : { notes: (await redact(flags.notes)).slice(0, 8000) }),
    ...(flags.estimate === undefined ? {} : { estimateMinutes: flags.estimate }),
    ...(flags.id === undefined ? {} : { id: flags.id }),
    by: thisHost(),
  });
  if (flags.json) console.log(JSON.stringify(outcome));
  else console.log(outcome.item.id);
  if (outcome.kind === 'exists') {
    const { id, title, state } = outcome.item;
    console.error(`kintsugi: ${id} is there already (${state}): ${JSON.stringify(title)}. Nothing was changed.`);
  }
  return 0;
}
