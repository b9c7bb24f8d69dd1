import { z } from 'zod';
import { claimNext } from '../../../lib/work/claim-next.ts';
import type { ClaimedWork } from '../../../lib/work/work-moves.ts';
import { Component, parseFlags } from '../options.ts';
import { waitingCode, waitingLine } from './say-waiting.ts';
import { LeaseMinutes, thisHost, WorkFlags, workStores } from './work-options.ts';

const Flags = WorkFlags.extend({
  component: Component.optional(),
  holder: z.string().min(1).max(128).optional(),
  lease: LeaseMinutes,
  json: z.boolean().default(false),
});

/** `kintsugi next`: claims the first item whose gate is open, and prints it for a shell or as JSON. */
export async function nextCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const claim = await claimNext(await workStores(flags), {
    holder: flags.holder ?? thisHost(),
    ...(flags.component === undefined ? {} : { component: flags.component }),
    ...(flags.lease === undefined ? {} : { leaseMinutes: flags.lease }),
  });
  if (claim.kind === 'claimed') {
    if (flags.json) console.log(JSON.stringify({ ...claim, token: claim.item.lease.token }));
    else for (const line of shellLines(claim.item)) console.log(line);
    return 0;
  }
  if (flags.json) console.log(JSON.stringify(claim));
  else if (claim.waiting.length === 0) console.error('kintsugi: nothing is waiting to be worked on');
  else for (const waiting of claim.waiting) console.error(`kintsugi: ${waitingLine(waiting)}`);
  return waitingCode(claim.waiting);
}

/** What a shell reads with eval; a title is somebody's text, and stays one. */
function shellLines(item: ClaimedWork): string[] {
  const { id, component, title, lease, kind } = item;
  return Object.entries({
    KINTSUGI_WORK: id,
    KINTSUGI_LEASE: lease.token,
    KINTSUGI_LEASE_UNTIL: lease.until,
    KINTSUGI_COMPONENT: component,
    KINTSUGI_KIND: kind,
    KINTSUGI_TITLE: title,
    KINTSUGI_NOTES: item.notes ?? '',
    KINTSUGI_REQUIREMENTS: item.requirements.join('\n'),
  }).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
