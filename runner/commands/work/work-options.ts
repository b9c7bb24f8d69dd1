import { hostname, userInfo } from 'node:os';
import { z } from 'zod';
import { defaultLeaseMinutes, longestLeaseMinutes } from '../../../lib/work/lease.ts';
import { parsePriority, priorityExpected } from '../../../lib/work/priority.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import type { WorkPorts } from '../../../lib/work/work-ports.ts';
import { gateExit } from '../../gate-words.ts';
import { hostStores } from '../../host-stores.ts';
import { hostTable } from '../../host-table.ts';
import { parseFlags, UsageError } from '../options.ts';

/** What each command of the work queue takes. */
export const WorkFlags = z.object({ table: z.string().min(1).optional(), config: z.string().min(1).optional() });

/** Exit codes that scripts can tell apart; those of the gate are the same in `kintsugi gate`. */
export const exitCodes = { ...gateExit, lostLease: 30, empty: 40 } as const;

export async function workStores(flags: z.infer<typeof WorkFlags>): Promise<WorkPorts> {
  return hostStores(await hostTable(flags, process.env));
}

export const LeaseMinutes = z
  .string()
  .transform(minutesOf)
  .refine((minutes) => minutes !== undefined && minutes >= 1 && minutes <= longestLeaseMinutes, {
    error: 'must be a time from 1m to 24h, such as 30m or 2h',
  })
  .default(defaultLeaseMinutes);

export const EstimateMinutes = z
  .string()
  .transform(minutesOf)
  .refine((minutes) => minutes === undefined || minutes <= 10_000_000, 'is too long')
  .refine((minutes) => minutes !== undefined, 'must be a time such as 90m, 2h or 1.5h');

export const PriorityFlag = z
  .string()
  .transform(parsePriority)
  .refine((priority) => priority !== undefined, priorityExpected);

/** "30m", "2h", "1.5h"; whole minutes. */
function minutesOf(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,8}(?:\.\d{1,3})?)([mh])$/.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * (unit === 'h' ? 60 : 1));
}

const ClaimFlags = z.object({
  token: z.string().min(8, 'must be the token that `kintsugi next` gave (KINTSUGI_LEASE)').max(64),
});

/** Which claim is meant: as arguments, or from the environment that `kintsugi next` prints. */
export function claimOf(work: string | undefined, flags: { token?: string | undefined }) {
  const id = workId(work);
  const { token } = parseFlags(ClaimFlags, { token: flags.token || process.env.KINTSUGI_LEASE || undefined });
  return { id, token };
}

export function workId(work: string | undefined): WorkItemId {
  const given = work || process.env.KINTSUGI_WORK;
  if (!given) throw new UsageError('which work item? Name it, or set KINTSUGI_WORK');
  const parsed = WorkItemId.safeParse(given);
  if (!parsed.success) throw new UsageError(`${given}: a work item’s id ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** Who acts, when the person names nobody. */
export function thisHost(): string {
  return `${userInfo().username}@${hostname()}`.slice(0, 80);
}

/** `a;b` and repeated flags, each once as they were written. */
export function requirementsOf(given: readonly string[]): string[] {
  return given
    .flatMap((text) => text.split(';'))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
