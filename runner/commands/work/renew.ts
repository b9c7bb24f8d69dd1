import { z } from 'zod';
import { renewLease } from '../../../lib/work/renew-lease.ts';
import { gateExit, verdictOf } from '../../gate-words.ts';
import { parseFlags } from '../options.ts';
import { lostLine, unknownLine } from './end-claims.ts';
import { claimOf, exitCodes, LeaseMinutes, WorkFlags, workStores } from './work-options.ts';

const Flags = WorkFlags.extend({ token: z.string().optional(), lease: LeaseMinutes });

/** `kintsugi renew`: keeps the claim, and answers like `kintsugi gate`. */
export async function renewCommand(work: string | undefined, given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const claim = claimOf(work, flags);
  const renewal = await renewLease(await workStores(flags), {
    ...claim,
    ...(flags.lease === undefined ? {} : { leaseMinutes: flags.lease }),
  });
  if (renewal.kind === 'unknown') {
    console.error(unknownLine(claim.id));
    return 1;
  }
  if (renewal.kind === 'lost') {
    console.error(lostLine(renewal));
    return exitCodes.lostLease;
  }
  console.log(`${claim.id} is yours until ${renewal.item.lease.until}`);
  const verdict = verdictOf(renewal.item.component, renewal.gate, { isCanary: true, now: new Date() });
  if (verdict.kind !== 'go') console.error(`kintsugi: ${verdict.line}`);
  return gateExit[verdict.kind];
}
