import type { Failure } from '../failure/failure.ts';
import { type FailureFilter, fits } from '../failure/failure-query.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailurePage, FailureStore, Now } from '../ports.ts';
import { componentNames } from '../response/card-content.ts';
import { type CardButton, responsePlan } from '../response/protocol.ts';

export interface ListedFailure {
  failure: Failure;
  componentTitle: string;
  count: number;
  lastSeenAt: string;
  permalink?: string;
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
type ListPorts = { failures: Pick<FailureStore, 'listOpen' | 'listResolved'>; policy: Policy; now: Now };

/** One page of the failures that fit: what is open, worst first, then what was resolved, newest first. */
export async function listFailures(
  ports: ListPorts,
  { after, ...filter }: FailureFilter & { after?: string },
): Promise<ListPage> {
  const asked = withPeriod(filter, ports.now());
  const [first, ...others] = partsFrom(asked, after);
  const listed: ListedFailure[] = [];
  let looked = 0;
  let next: string | undefined;
  for (const { part, after: from } of first ? [first, ...others] : []) {
    let at = from;
    do {
      const page = await pageOf(ports, asked, { part, after: at });
      for (const one of page.failures) {
        if (!fits(asked, one)) continue;
        if (listed.length === pageSize) return { listed, ...(next && { next }) };
        listed.push(asListed(ports.policy, one));
        next = `${part}.${one.place}`;
      }
      looked += page.failures.length;
      at = page.next;
      if (at && looked >= mostLookedThrough) return { listed, next: `${part}.${at}`, lookedThrough: looked };
    } while (at);
  }
  return { listed };
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
  { failure, count, lastSeenAt, permalink }: FailurePage['failures'][number],
): ListedFailure {
  return {
    failure,
    componentTitle: componentNames(policy, failure.component).title,
    count: Math.max(count, 1),
    lastSeenAt,
    ...(permalink && { permalink }),
    // A recovery is started where its steps can be watched: on the card.
    buttons: responsePlan(policy, failure).buttons.filter((button) => offered.includes(button)),
  };
}
