import { z } from 'zod';
import { redact } from '../../../lib/adapters/redaction/redact.ts';
import type { EndOutcome } from '../../../lib/work/end-claim.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { releaseWork } from '../../../lib/work/release-work.ts';
import { parseFlags } from '../options.ts';
import { claimOf, exitCodes, WorkFlags, workStores } from './work-options.ts';

const Flags = WorkFlags.extend({ token: z.string().optional(), result: z.string().optional() });

/** `kintsugi done`. */
export async function doneCommand(work: string | undefined, given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const claim = claimOf(work, flags);
  const result = flags.result === undefined ? {} : { result: await redact(flags.result) };
  return sayEnd(await finishWork(await workStores(flags), { ...claim, ...result }), claim.id, 'done');
}

/** `kintsugi release`. */
export async function releaseCommand(work: string | undefined, given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const claim = claimOf(work, flags);
  return sayEnd(await releaseWork(await workStores(flags), claim), claim.id, 'given back');
}

/** One line about how a claim ended, and its exit code. */
export function sayEnd(outcome: EndOutcome, id: string, how: string): number {
  switch (outcome.kind) {
    case 'ended':
      console.log(outcome.isRepeated ? `${id} was ${how} before` : `${id} is ${how}`);
      return 0;
    case 'lost':
      console.error(lostLine(outcome));
      return exitCodes.lostLease;
    case 'unknown':
      console.error(unknownLine(id));
      return 1;
    default:
      return outcome satisfies never;
  }
}

export const unknownLine = (id: string) => `kintsugi: there is no work item ${id}`;

export function lostLine({ item }: { item: Extract<EndOutcome, { kind: 'lost' }>['item'] }): string {
  const now =
    item.state === 'in-progress'
      ? `${item.lease.holder} works on it until ${item.lease.until}`
      : `it is ${item.state} now`;
  return `kintsugi: this is not your lease of ${item.id} (any more): ${now}. Nothing was changed.`;
}
