import { z } from 'zod';
import { redact } from '../../../lib/adapters/redaction/redact.ts';
import { type DecomposeOutcome, decomposeWork } from '../../../lib/work/decompose-work.ts';
import { retryWork } from '../../../lib/work/retry-work.ts';
import { parseFlags } from '../options.ts';
import { unknownLine } from './end-claims.ts';
import { requirementsOf, thisHost, WorkFlags, workId, workStores } from './work-options.ts';

const Flags = WorkFlags.extend({ requirement: z.array(z.string()).default([]) });

/** `kintsugi decompose`: one part for each requirement, when the item is too complex. */
export async function decomposeCommand(work: string | undefined, given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const id = workId(work);
  const requirements = await Promise.all(requirementsOf(flags.requirement).map((text) => redact(text)));
  const outcome = await decomposeWork(await workStores(flags), {
    id,
    by: thisHost(),
    ...(requirements.length === 0 ? {} : { requirements }),
  });
  if (outcome.kind === 'split') {
    console.log(`${id} ${outcome.isRepeated ? 'was split before' : 'is split'} into ${outcome.parts.length} parts`);
    for (const part of outcome.parts) {
      const minutes = part.estimateMinutes === undefined ? '' : `  ${part.estimateMinutes} min`;
      console.log(`${String(part.priority).padStart(6)}  ${part.id}${minutes}  ${part.title}`);
    }
    return 0;
  }
  console.error(`kintsugi: ${refusal(outcome, id)}`);
  return 1;
}

const because = (reasons: readonly string[]) => (reasons.length === 0 ? 'nothing speaks for more' : reasons.join(', '));

function refusal(outcome: Exclude<DecomposeOutcome, { kind: 'split' }>, id: string): string {
  switch (outcome.kind) {
    case 'simple-enough':
      return `${id} is simple enough to be done as it is: complexity ${outcome.score} of 10 (${because(outcome.reasons)}); above 8 it is split`;
    case 'needs-requirements':
      return `${id} has no list to split it by: name at least two parts, each with --requirement "…"`;
    case 'in-progress':
      return `${outcome.item.lease.holder} works on ${id} until ${outcome.item.lease.until}`;
    case 'over':
      return `${id} is ${outcome.item.state}`;
    case 'refused':
      return {
        'too-many-requirements': `${id} would have more than 100 parts: name fewer`,
        'requirement-too-long': `a requirement of ${id} is longer than 1000 characters: shorten it`,
        'is-debt': `${id} is a debt with one owner and one day, which its parts would not have: do it as a whole, or put the day off in Slack`,
        'id-too-long': `the id ${id} is too long to name its parts after it`,
      }[outcome.because];
    case 'unknown':
      return `there is no work item ${id}`;
    default:
      return outcome satisfies never;
  }
}

const RetryFlags = WorkFlags;

/** `kintsugi retry`: what failed goes back into the queue. */
export async function retryCommand(work: string | undefined, given: unknown): Promise<number> {
  const id = workId(work);
  const outcome = await retryWork(await workStores(parseFlags(RetryFlags, given)), { id, by: thisHost() });
  if (outcome.kind === 'pending') {
    console.log(outcome.isRepeated ? `${id} waits in the queue already` : `${id} is back in the queue`);
    return 0;
  }
  console.error(
    outcome.kind === 'unknown' ? unknownLine(id) : `kintsugi: ${id} has not failed, it is ${outcome.item.state}`,
  );
  return 1;
}
