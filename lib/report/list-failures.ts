import type { Failure } from '../failure/failure.ts';
import { type FailureFilter, fits } from '../failure/failure-query.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailurePage, FailureStore, Now, RunStore } from '../ports.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { componentNames } from '../response/card-content.ts';
import { type CardButton, responsePlan } from '../response/protocol.ts';

export interface ListedFailure {
  failure: Failure;
  componentTitle: string;
  count: number;
  lastSeenAt: string;
  permalink?: string;
  /** Its recovery waits for people: nothing is recovering yet. */
  isWaiting: boolean;
  buttons: CardButton[];
}

export interface ListPage {
  listed: ListedFailure[];
  /** Where the next page begins. */
  next?: string;
  /** So many were looked through, and there are more that may fit. */
  lookedThrough?: number;
}

/** Slack shows about this many with their buttons before a message gets long. */
const pageSize = 10;
/** Filters that the index does not know are tried on so many at once, … */
const chunkSize = 100;
/** … and on so many a page: a person waits for the answer. */
const mostLookedThrough = 200;
/** Who names no time asks about what is fresh. */
const resolvedDays = 30;

const offered: readonly CardButton[] = ['acknowledge', 'regrade', 'resolve', 'reopen'];

type Part = 'open' | 'resolved';
type ListPorts = {
  failures: Pick<FailureStore, 'listOpen' | 'listResolved'>;
  runs: Pick<RunStore, 'get'>;
  policy: Policy;
  now: Now;
};

/** One page of the failures that fit: what is open, worst first, then what was resolved, newest first. */
export async function listFailures(
  ports: ListPorts,
  { after, ...filter }: FailureFilter & { after?: string },
): Promise<ListPage> {
  const page = await pageThat(ports, withPeriod(filter, ports.now()), after);
  const runs = await Promise.all(
    page.found.map(async ({ failure }) =>
      failure.status === 'recovering' ? (await ports.runs.get(failure.id, failure.runId))?.run : undefined,
    ),
  );
  const { found, ...rest } = page;
  return { ...rest, listed: found.map((one, index) => asListed(ports.policy, one, runs[index])) };
}

type Found = FailurePage['failures'][number];

async function pageThat(
  ports: ListPorts,
  asked: FailureFilter,
  after: string | undefined,
): Promise<Omit<ListPage, 'listed'> & { found: Found[] }> {
  const [first, ...others] = partsFrom(asked, after);
  const found: Found[] = [];
  let looked = 0;
  let next: string | undefined;
  for (const { part, after: from } of first ? [first, ...others] : []) {
    let at = from;
    do {
      const page = await pageOf(ports, asked, { part, after: at });
      for (const one of page.failures) {
        if (!fits(asked, one)) continue;
        if (found.length === pageSize) return { found, ...(next && { next }) };
        found.push(one);
        next = `${part}.${one.place}`;
      }
      looked += page.failures.length;
      at = page.next;
      if (at && looked >= mostLookedThrough) return { found, next: `${part}.${at}`, lookedThrough: looked };
    } while (at);
  }
  return { found };
}

/** What was resolved is asked for from a time on. */
export function withPeriod(filter: FailureFilter, now: Date): FailureFilter {
  if (filter.since || filter.status !== 'resolved') return filter;
  return { ...filter, since: new Date(now.getTime() - resolvedDays * 86_400_000).toISOString() };
}

/** Each part with where it goes on; those before the place of the page are done. */
function partsFrom({ status }: FailureFilter, after: string | undefined): { part: Part; after?: string }[] {
  const all: Part[] = status === 'all' ? ['open', 'resolved'] : [status === 'resolved' ? 'resolved' : 'open'];
  if (after === undefined) return all.map((part) => ({ part }));
  const [begun, place = ''] = after.split('.', 2);
  const index = all.indexOf(begun as Part);
  return all.slice(Math.max(index, 0)).map((part) => (part === begun ? { part, after: place } : { part }));
}

function pageOf(
  { failures, now }: ListPorts,
  { minLevel, maxLevel, component, status = 'open', since, until, by }: FailureFilter,
  { part, after }: { part: Part; after: string | undefined },
): Promise<FailurePage> {
  const from = after ? { after } : {};
  if (part === 'open') {
    const isNarrow = !['open', 'all'].includes(status) || maxLevel || since || until || by;
    const limit = isNarrow ? chunkSize : pageSize + 1;
    return failures.listOpen({ limit, ...from, ...(minLevel && { minLevel }), ...(component && { component }) });
  }
  const monthAgo = new Date(now().getTime() - resolvedDays * 86_400_000);
  return failures.listResolved({ since: since ? new Date(since) : monthAgo, until: now(), limit: chunkSize, ...from });
}

function asListed(
  policy: Policy,
  { failure, count, lastSeenAt, permalink }: Found,
  run: RecoveryRun | undefined,
): ListedFailure {
  return {
    failure,
    componentTitle: componentNames(policy, failure.component).title,
    count: Math.max(count, 1),
    lastSeenAt,
    ...(permalink && { permalink }),
    isWaiting: run?.state === 'awaiting-approval',
    // A recovery is started where its steps can be watched: on the card.
    buttons: responsePlan(policy, failure, run && { runs: [run] }).buttons.filter((button) => offered.includes(button)),
  };
}
