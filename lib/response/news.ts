import type { Failure } from '../failure/failure.ts';
import type { ResponseRecord } from '../failure/response-record.ts';
import type { Policy } from '../policy/policy.ts';
import { componentNames } from './card-content.ts';
import { type Effects, recordOf, rollbackKeys } from './effects.ts';
import type { Paged } from './page.ts';

/** What was made so, beside the new record: what the pager said, and why no rollback could be asked for. */
export interface Made {
  record: ResponseRecord;
  /** What is shut, whoever holds it. */
  shut: Set<string>;
  paged?: Paged;
  noRollback?: string;
}

export interface News {
  /** What is remembered with this line, and not without it. */
  record: ResponseRecord;
  text: string;
  list?: string[];
  /** Stands on the timeline and not in the thread: nobody need read it at once. */
  isQuiet?: boolean;
}

/** What was done and not said yet, in one line; a list comes alone, in a line of its own. Undefined: nothing is new. */
export function newsOf(
  failure: Failure,
  { record, shut, paged, noRollback }: Made,
  { policy, wanted }: { policy: Policy; wanted: Effects },
): News | undefined {
  const before = recordOf(failure);
  const isNew = (key: string) => record.done.includes(key) && !before.done.includes(key);
  const lines = [
    ...gateNews(before, record, { policy, shut }),
    ...fixNews(before, record),
    ...(noRollback && Object.values(rollbackKeys).some(isNew) ? [`No rollback is proposed: ${noRollback}`] : []),
    ...(isNew('post-mortem') ? ['Post-mortem opened'] : []),
    ...pagerNews(paged, isNew('pager')),
    ...record.done
      .filter((key) => key.startsWith('smaller/') && isNew(key))
      .map(() => 'Work item for a smaller change, with a test'),
  ];
  if (lines.length > 0) {
    const next = record.next && record.next.id !== before.next?.id ? [nextNews(record.next)] : [];
    const isQuiet = lines.length === quietNews(before, record) && next.length === 0;
    return { record, text: [...lines, ...next].join('. '), ...(isQuiet && { isQuiet }) };
  }
  return listNews(record, { policy, wanted });
}

function listNews(record: ResponseRecord, { policy, wanted }: { policy: Policy; wanted: Effects }): News | undefined {
  const { runbook, shutdownStops } = wanted;
  const stops = stopLines(shutdownStops.map((component) => componentNames(policy, component).title));
  const keys = [...(runbook.length > 0 ? ['runbook'] : []), ...(stops.length > 0 ? ['blast-radius'] : [])];
  if (keys.length === 0) return undefined;
  const text = runbook.length > 0 ? 'When all is down: the runbook' : 'If it must be shut down';
  const list = [...runbook.slice(0, mostLines - stops.length), ...stops];
  return { record: { ...record, done: [...record.done, ...keys] }, text, list };
}

/** As many as a message takes. */
const mostLines = 30;
const mostStopLines = 10;
const lineLength = 240;

/** What an emergency shutdown would stop, several in a line; the form that asks for one lists them all again. */
function stopLines(titles: string[]): string[] {
  const lines: string[] = [];
  for (const title of titles) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + title.length + 2 <= lineLength) {
      lines[lines.length - 1] = `${last}, ${title}`;
    } else if (lines.length < mostStopLines) {
      lines.push(`An emergency shutdown (on the card) would ${last ? 'also ' : ''}stop: ${title}`);
    }
  }
  return lines;
}

/** How many of the lines are about an item that merely waits its turn, or is done with. */
function quietNews(before: ResponseRecord, record: ResponseRecord): number {
  const isQuiet = record.fix?.order === 'backlog' || record.fix?.order === 'closed';
  return isQuiet ? fixNews(before, record).length : 0;
}

/** A gate that somebody else still holds is not said to be open. */
function gateNews(
  before: ResponseRecord,
  { gates }: ResponseRecord,
  { policy, shut: stillShut }: { policy: Policy; shut: Set<string> },
): string[] {
  const shut = scopesOf(
    gates.filter((gate) => !before.gates.includes(gate)),
    policy,
  );
  const opened = scopesOf(
    before.gates.filter((gate) => !gates.includes(gate) && !stillShut.has(scopeOf(gate))),
    policy,
  );
  return [...(shut ? [`Gate shut: ${shut}`] : []), ...(opened ? [`Gate open again: ${opened}`] : [])];
}

const scopeOf = (gate: string): string => gate.split(' ')[0] ?? gate;

function scopesOf(gates: string[], policy: Policy): string {
  return [...new Set(gates.map(scopeOf))]
    .map((scope) => policy.shared[scope]?.title ?? componentNames(policy, scope).title)
    .join(', ');
}

function fixNews({ fix: before }: ResponseRecord, { fix }: ResponseRecord): string[] {
  if (!fix || fix.order === before?.order) return [];
  switch (fix.order) {
    case 'backlog':
      return [before ? `Fix item ${fix.id} moved to the backlog` : `Fix item ${fix.id} in the backlog`];
    case 'head':
      return [`Fix item ${fix.id} at the head of the queue`];
    case 'urgent':
      return [`Urgent fix item ${fix.id} at the head of the queue`];
    case 'closed':
      return [`Fix item ${fix.id} closed`];
    default:
      return fix.order satisfies never;
  }
}

function pagerNews(paged: Made['paged'], isNew: boolean): string[] {
  if (!isNew || !paged) return [];
  return paged.kind === 'given-up'
    ? [`The pager did not take it (${paged.reason}): call people yourself`]
    : ['The pager was told'];
}

const nextNews = ({ id, title, component }: NonNullable<ResponseRecord['next']>): string =>
  `Meanwhile, the next item whose gate is open is ${id} in ${component}${title ? `: ${title}` : ''}`;
