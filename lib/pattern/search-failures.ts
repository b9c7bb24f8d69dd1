import type { Failure } from '../failure/failure.ts';
import { type FailureFilter, fits } from '../failure/failure-query.ts';
import type { FailureId } from '../failure/ids.ts';
import { standingFor } from '../failure/standing-for.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureSearch, FailureStore, Log, Now, SignalLedger } from '../ports.ts';
import { componentNames, permalinkOf } from '../response/card-content.ts';
import { countSignals } from '../response/count-signals.ts';
import { type Reason, whyFound, wordsAskedFor } from './why-found.ts';

export interface SearchPorts {
  /** Absent where no memory is set up. */
  search?: FailureSearch;
  failures: Pick<FailureStore, 'get' | 'listOpen' | 'listResolved'>;
  ledger: Pick<SignalLedger, 'group'>;
  policy: Policy;
  now: Now;
  log: Log;
}

export interface SearchHit {
  failure: Failure;
  componentTitle: string;
  count: number;
  lastSeenAt: string;
  permalink?: string;
  reasons: Reason[];
}

export interface SearchPage {
  hits: SearchHit[];
  /** Where the next page begins. */
  next?: number;
  /** `list`: memory is away, not set up, or knows none, so the newest failures themselves were looked through. */
  from: 'memory' | 'list';
  isAway: boolean;
}

export interface SearchQuery {
  words: string;
  /** Of any status, unless one is asked for. */
  filter?: FailureFilter;
  from?: number;
}

const pageSize = 5;
/** What memory proposes beyond these is far from what was asked. */
const mostProposed = 40;
/** Read at once. */
const atOnce = 8;
/** Of what is open, and of what was resolved in the last month, so many are looked through without memory. */
const mostListed = 100;
const listedDays = 30;

/**
 * Past and present failures for words that somebody typed, with why each was found. Memory proposes; the table says how each
 * stands now. Without memory the list is looked through for the very words.
 */
export async function searchFailures(ports: SearchPorts, query: SearchQuery): Promise<SearchPage> {
  const proposed = await propose(ports, query);
  const isAway = proposed === 'away';
  const found = isAway ? [] : await readHits(ports, proposed, query);
  if (found.length > 0) return { ...firstPage(found), from: 'memory', isAway };
  if (!isAway && (query.from ?? 0) > 0) return { hits: [], from: 'memory', isAway };
  const listed = await lookThroughList(ports, query);
  const from = query.from ?? 0;
  const hits = listed.slice(from, from + pageSize);
  const next = from + pageSize;
  return { hits, ...(listed.length > next && { next }), from: 'list', isAway };
}

async function propose({ search, log }: SearchPorts, { words, filter }: SearchQuery): Promise<FailureId[] | 'away'> {
  if (!search) return 'away';
  const component = filter?.component;
  try {
    return await search.propose({ words, limit: mostProposed, ...(component && { component }) });
  } catch (error) {
    log('memory cannot be searched', { error: error instanceof Error ? error.message : String(error) });
    return 'away';
  }
}

type Found = { at: number; hit: SearchHit };

/** From where the page begins, until it is full and one more is known. */
async function readHits(ports: SearchPorts, ids: FailureId[], query: SearchQuery): Promise<Found[]> {
  const found: Found[] = [];
  for (let at = query.from ?? 0; at < ids.length && found.length <= pageSize; at += atOnce) {
    const read = await Promise.all(
      ids.slice(at, at + atOnce).map(async (id, index) => ({ at: at + index, hit: await readHit(ports, id, query) })),
    );
    for (const { at: place, hit } of read) if (hit) found.push({ at: place, hit });
  }
  return found;
}

function firstPage(found: Found[]): Pick<SearchPage, 'hits' | 'next'> {
  const hits = found.slice(0, pageSize).map(({ hit }) => hit);
  const next = found[pageSize]?.at;
  return { hits, ...(next !== undefined && { next }) };
}

async function readHit(ports: SearchPorts, id: FailureId, query: SearchQuery): Promise<SearchHit | undefined> {
  const stored = await standingFor(ports.failures, id);
  if (!stored) return undefined;
  const { failure } = stored;
  const { counts } = await countSignals(ports, failure);
  const one = { failure, count: counts.count, lastSeenAt: counts.lastSeenAt, ...permalinkOf(stored) };
  return asHit(ports.policy, one, query);
}

/** Undefined: filtered out, or nothing that a person would see in common. */
function asHit(policy: Policy, one: Omit<SearchHit, 'componentTitle' | 'reasons'>, query: SearchQuery) {
  if (!fits({ status: 'all', ...query.filter }, one)) return undefined;
  const { title } = componentNames(policy, one.failure.component);
  const reasons = whyFound(query.words, one.failure, title);
  return reasons.length > 0 ? { ...one, componentTitle: title, reasons } : undefined;
}

async function lookThroughList(ports: SearchPorts, query: SearchQuery): Promise<SearchHit[]> {
  const { failures, now, policy } = ports;
  const since = new Date(now().getTime() - listedDays * 86_400_000);
  const [open, resolved] = await Promise.all([
    failures.listOpen({ limit: mostListed, ...(query.filter?.component && { component: query.filter.component }) }),
    failures.listResolved({ since, until: now(), limit: mostListed }),
  ]);
  const hits = [...open.failures, ...resolved.failures].flatMap(({ place: _place, ...one }) => {
    const hit = asHit(policy, one, query);
    return hit ? [hit] : [];
  });
  const asked = wordsAskedFor(query.words).length;
  const weight = ({ reasons }: SearchHit) => reasons.reduce((sum, reason) => sum + weightOf(reason, asked), 0);
  return hits.sort((one, other) => weight(other) - weight(one));
}

function weightOf(reason: Reason, asked: number): number {
  switch (reason.kind) {
    case 'id':
      return 3 * asked + 3;
    case 'words':
      return 3 * reason.words.length;
    case 'spelt-alike':
      return 2 * reason.pairs.length;
    case 'component':
      return 1;
    default:
      return reason satisfies never;
  }
}
