import { z } from 'zod';
import { FailureId, Fingerprint } from '../../failure/ids.ts';
import type { Group, Intent } from '../../ports.ts';
import type { Item } from './table.ts';

const intentPrefix = 'i#';
export const intentAttribute = (batch: string): string => `${intentPrefix}${batch}`;

const IntentItem = z.object({ signals: z.array(z.string()), at: z.number() });

const GroupItem = z.object({
  schema: z.literal(1),
  fingerprint: Fingerprint,
  failureId: FailureId,
  count: z.int().min(0),
  createdAt: z.string(),
  firstSeenAt: z.string().optional(),
  lastSeenAt: z.string().optional(),
  template: z.string(),
  rev: z.int(),
});

export function intentsOf(item: Item): Record<string, Intent> {
  const intents = Object.entries(item).filter(([attribute]) => attribute.startsWith(intentPrefix));
  return Object.fromEntries(
    intents.map(([attribute, intent]) => [attribute.slice(intentPrefix.length), IntentItem.parse(intent)]),
  );
}

export function groupOf(item: Item): Group {
  const { schema: _, createdAt, firstSeenAt = createdAt, lastSeenAt = createdAt, ...group } = GroupItem.parse(item);
  return { ...group, firstSeenAt, lastSeenAt, intents: intentsOf(item) };
}
