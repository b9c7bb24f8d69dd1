import { z } from 'zod';
import type { Failure } from '../failure/failure.ts';
import { FailureId } from '../failure/ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { Now } from '../ports.ts';
import { componentNames } from './card-content.ts';

/** What a pager is told of a level 5 failure: once an episode, whatever is sent again carries the same key. */
export const Page = z.object({
  version: z.literal(1),
  event: z.literal('failure'),
  idempotencyKey: z.string(),
  failureId: FailureId,
  episode: z.int(),
  level: z.int(),
  title: z.string(),
  component: z.object({ name: z.string(), title: z.string() }),
  why: z.array(z.string()),
  openedAt: z.iso.datetime(),
  /** Where people talk about it, once there is a card. */
  url: z.string().optional(),
});
export type Page = z.infer<typeof Page>;

/** Sends it. `refused`: why the pager did not take it, in words. */
export type Pager = (page: Page) => Promise<{ kind: 'taken' } | { kind: 'refused'; reason: string }>;

/** How the calls to the pager went, in one episode. */
export const PageRecord = z.object({
  schema: z.literal(1),
  failureId: FailureId,
  episode: z.int().min(1),
  version: z.int().min(1),
  attempts: z.int().min(1),
  state: z.enum(['taken', 'again', 'given-up']),
  /** `again`: not before this. */
  nextAt: z.iso.datetime().optional(),
  reason: z.string().max(300).optional(),
});
export type PageRecord = z.infer<typeof PageRecord>;

export interface PageStore {
  get(failureId: FailureId, episode: number): Promise<PageRecord | undefined>;
  /** Writes version 1, or the next after the stored one. False: somebody was first, read again. */
  put(record: PageRecord): Promise<boolean>;
}

/** Nobody waits long in an emergency: what a pager does not take within some minutes is said to people instead. */
const pageAgainSeconds = [5, 15, 30, 60, 120] as const;

export interface PagePorts {
  pager: Pager | undefined;
  pages: PageStore;
  policy: Policy;
  now: Now;
}

export type Paged = { kind: 'taken' } | { kind: 'given-up'; reason: string } | { kind: 'again'; at: Date };

/** Longer than any call takes: whoever began one and is not heard of after this has died. */
const callMs = 10_000;

/**
 * Calls the pager if it is time, and remembers what came of it. Who is to call is settled by a conditional write before the call,
 * so of several at once one does. Who dies in between is followed by another call after `callMs`, under the same key.
 */
export async function pageSomebody(
  ports: PagePorts,
  failure: Failure,
  { url }: { url: string | undefined },
): Promise<Paged> {
  const { pager, pages, policy, now } = ports;
  const { id: failureId, episode } = failure;
  const before = await pages.get(failureId, episode);
  if (before?.state === 'taken') return { kind: 'taken' };
  if (before?.state === 'given-up') return { kind: 'given-up', reason: before.reason ?? 'no answer' };
  if (before?.nextAt && Date.parse(before.nextAt) > now().getTime())
    return { kind: 'again', at: new Date(before.nextAt) };
  if (!pager) return { kind: 'given-up', reason: 'no pager is configured' };
  const attempts = (before?.attempts ?? 0) + 1;
  const record = (version: number, outcome: Pick<PageRecord, 'state' | 'nextAt' | 'reason'>): PageRecord => ({
    schema: 1,
    failureId,
    episode,
    version,
    attempts,
    ...outcome,
  });
  const version = (before?.version ?? 0) + 1;
  const calling = record(version, { state: 'again', nextAt: after(now(), callMs) });
  if (!(await pages.put(calling))) return pageSomebody(ports, failure, { url });
  const answer = await pager(pageOf(failure, policy, url));
  const outcome = outcomeOf(answer, { attempts, now: now() });
  // Refused only when somebody took this call for dead: what theirs comes to is remembered.
  await pages.put(record(version + 1, outcome));
  return pageSomebody(ports, failure, { url });
}

function outcomeOf(
  answer: Awaited<ReturnType<Pager>>,
  { attempts, now }: { attempts: number; now: Date },
): Pick<PageRecord, 'state' | 'nextAt' | 'reason'> {
  if (answer.kind === 'taken') return { state: 'taken' };
  const reason = answer.reason.slice(0, 300);
  const seconds = pageAgainSeconds[attempts - 1];
  return seconds === undefined
    ? { state: 'given-up', reason }
    : { state: 'again', nextAt: after(now, seconds * 1000), reason };
}

const after = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

function pageOf(failure: Failure, policy: Policy, url: string | undefined): Page {
  return {
    version: 1,
    event: 'failure',
    idempotencyKey: `${failure.id}#${failure.episode}`,
    failureId: failure.id,
    episode: failure.episode,
    level: failure.level,
    title: failure.title,
    component: componentNames(policy, failure.component),
    why: failure.levelReasons,
    openedAt: failure.openedAt,
    ...(url && { url }),
  };
}
