import { z } from 'zod';
import { Actor, FailureId } from '../failure/ids.ts';
import { Cause } from '../pattern/cause.ts';
import { ComponentName } from '../signal/signal.ts';

const Time = z.iso.datetime();

/** Ours are `W-` and eight Crockford characters; an item that came from a file keeps the id that it has there. */
export const WorkItemId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be 1 to 128 letters, digits, dots, dashes and underscores')
  .brand<'WorkItemId'>();
export type WorkItemId = z.infer<typeof WorkItemId>;

export const WorkKind = z.enum([
  'task',
  'fix',
  'urgent-fix',
  'systemic-fix',
  'technical-debt',
  'subtask',
  'prevention',
]);
export type WorkKind = z.infer<typeof WorkKind>;

/** Lower comes first. */
export const Priority = z.int().min(0).max(999_999);
export const priorityWords = { urgent: 100, critical: 100, high: 200, medium: 300, normal: 300, low: 400 } as const;

const always = {
  schema: z.literal(1),
  id: WorkItemId,
  version: z.int().min(1),
  kind: WorkKind,
  title: z.string().min(1).max(300),
  /** Free text: what is to be done. */
  notes: z.string().max(8000).optional(),
  component: ComponentName,
  priority: Priority,
  /** Whole minutes, so that the parts of an item add up exactly to the whole. */
  estimateMinutes: z.int().min(0).max(10_000_000).optional(),
  requirements: z.array(z.string().min(1).max(1000)).max(100).default([]),
  filesTouched: z.int().min(0).optional(),
  /** How often an attempt at it failed or ran out of its lease; given back is no attempt. */
  failedAttempts: z.int().min(0).default(0),
  /** What ended its last attempt, found from the evidence. */
  lastCause: Cause.optional(),
  parent: WorkItemId.optional(),
  /** The failure that it is about, or that its last attempt ended with. */
  failureId: FailureId.optional(),
  owner: Actor.optional(),
  /** A workaround is to be removed by then. */
  dueAt: Time.optional(),
  /** How often `dueAt` was put off; the third time needs an approver. */
  renewals: z.int().min(0).default(0),
  createdAt: Time,
  createdBy: Actor,
  lastAction: z.object({ id: z.string(), by: Actor, at: Time }),
};

/** Who works on it, and until when nobody else may. The token proves that it is still the same claim. */
export const Lease = z.object({
  holder: z.string().min(1).max(128),
  token: z.string().min(8).max(64),
  claimedAt: Time,
  until: Time,
});
export type Lease = z.infer<typeof Lease>;

/** One piece of work. */
export const WorkItem = z.discriminatedUnion('state', [
  z.object({ ...always, state: z.literal('pending') }),
  z.object({ ...always, state: z.literal('in-progress'), lease: Lease }),
  z.object({ ...always, state: z.literal('done'), endedAt: Time, result: z.string().max(2000).optional() }),
  z.object({ ...always, state: z.literal('failed'), endedAt: Time, result: z.string().max(2000).optional() }),
  /** Closed by its parts, which say `parent`. */
  z.object({ ...always, state: z.literal('split'), endedAt: Time, children: z.array(WorkItemId).min(1).max(100) }),
  z.object({ ...always, state: z.literal('cancelled'), endedAt: Time, result: z.string().max(2000).optional() }),
]);
export type WorkItem = z.infer<typeof WorkItem>;
export type WorkState = WorkItem['state'];
