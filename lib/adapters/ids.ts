import { randomInt, randomUUID } from 'node:crypto';
import { FailureId, RunId } from '../failure/ids.ts';
import type { Ids } from '../ports.ts';
import { WorkItemId } from '../work/work-item.ts';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = (count: number) => Array.from({ length: count }, () => crockford[randomInt(32)]).join('');

export function randomIds(): Ids {
  return {
    failureId: () => FailureId.parse(`F-${characters(6)}`),
    runId: () => RunId.parse(`R-${characters(10)}`),
    workItemId: () => WorkItemId.parse(`W-${characters(8)}`),
    actionId: () => randomUUID(),
  };
}
