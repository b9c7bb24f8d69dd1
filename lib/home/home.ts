import { byWeight } from '../gate/by-weight.ts';
import type { GateHolder } from '../gate/gate.ts';
import { isActive } from '../gate/may-go-on.ts';
import type { Mute } from '../noise/mute.ts';
import { componentPolicy, type Mention, type Policy } from '../policy/policy.ts';
import type { AttentionTarget, FailurePage, Tally } from '../ports.ts';
import { standingApprovals } from '../recovery/approvals.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import type { KnownRunner } from '../recovery/runner-presence.ts';
import { type RunnerState, runnerStates } from '../recovery/runner-states.ts';
import type { Level } from '../signal/signal.ts';
import { isOverdue } from '../work/reminder.ts';
import type { WorkItem } from '../work/work-item.ts';
import { isUntaken, type Listed, listedOf, takenBy } from './listed.ts';

/** What a person's start page says, without a word of how it looks. */
export interface Home {
  at: string;
  /** Recoveries that wait for this very person's yes, the one that expires first first. */
  approvals: Some<{ failure: Listed; run: Extract<RecoveryRun, { state: 'awaiting-approval' }> }>;
  /** Bad, and nobody has it. */
  burning: Some<Listed>;
  /** This person has it, or owns what it broke while nobody has it. */
  mine: Some<Listed>;
  /** What else is open, worst first. */
  others: Some<Listed>;
  open: Record<Level, number>;
  /** There is more open than was counted. */
  isMore: boolean;
  /** Failures by the day they were last seen, oldest day first. */
  trend: number[];
  gates: Some<GateHolder>;
  /** May this person open them? */
  mayOpenGates: boolean;
  debts: Some<{ item: WorkItem; dueAt: string; isOverdue: boolean }>;
  runners: Some<RunnerState>;
  work: Some<WorkItem>;
  /** What nobody hears of now, what ends first first. */
  mutes: Some<Mute>;
  parked: Some<{ target: AttentionTarget; reason: string }>;
}

/** The first few of a list, and how many more there are. */
export interface Some<T> {
  shown: T[];
  left: number;
}

/** What was read for it. */
export interface HomeFacts {
  /** The worst of what is open. */
  failures: FailurePage['failures'];
  tally: Tally;
  /** The runs that hold those failures. */
  runs: RecoveryRun[];
  mayApprove: boolean;
  /** The owners, as policy names them, that this person is or belongs to. */
  owners: readonly Mention[];
  mayOpenGates: boolean;
  holders: GateHolder[];
  knownRunners: KnownRunner[];
  /** Items in the queue and at work, debts among them. */
  items: WorkItem[];
  mutes: Mute[];
  parked: { target: AttentionTarget; reason: string }[];
}

export const trendDays = 14;
const dayMs = 86_400_000;
/** From here on somebody is to have it. */
const burns: Level = 3;
/** A page is read, a list is asked for. */
const most = {
  approvals: 5,
  burning: 5,
  mine: 5,
  others: 8,
  gates: 5,
  debts: 5,
  runners: 6,
  work: 6,
  mutes: 5,
  parked: 4,
};

/** The start page of one person, from what was read at one moment. */
export function homeOf(facts: HomeFacts, { by, at, policy }: { by: string; at: Date; policy: Policy }): Home {
  const listed = facts.failures.map((one) => {
    const { failure } = one;
    const run = facts.runs.find(({ id }) => failure.status === 'recovering' && id === failure.runId);
    return { failure, run, brief: listedOf(one, { run, policy }) };
  });
  const approvals = listed
    .flatMap(({ brief, run }) => (run && facts.mayApprove && waitsFor(run, by, at) ? [{ failure: brief, run }] : []))
    .sort((one, other) => one.run.expiresAt.localeCompare(other.run.expiresAt));
  const named = new Set(approvals.map(({ failure }) => failure.id));
  const take = (which: (one: (typeof listed)[number]) => boolean): Listed[] => {
    const taken = listed.filter((one) => !named.has(one.failure.id) && which(one));
    for (const { failure } of taken) named.add(failure.id);
    return taken.map(({ brief }) => brief);
  };
  const burning = take(({ failure, brief }) => failure.level >= burns && isUntaken(failure, brief));
  const mine = take(({ failure, brief }) => {
    const owner = ownerOf(policy, failure.component);
    const owns = owner !== undefined && facts.owners.includes(owner);
    return takenBy(failure) === by || (owns && isUntaken(failure, brief));
  });
  const others = take(() => true);
  const total = Object.values(facts.tally.open).reduce((sum, count) => sum + count, 0);
  const shut = facts.holders.filter((holder) => isActive(holder, at)).sort(byWeight);
  const runners = runnerStates(policy, facts.knownRunners, at).filter(({ state }) => state !== 'gone');
  const work = facts.items.filter((item) => item.owner === by || ('lease' in item && item.lease.holder === by));
  return {
    at: at.toISOString(),
    approvals: some(approvals, most.approvals),
    burning: some(burning, most.burning),
    mine: some(mine, most.mine),
    others: some(others, most.others, total - (named.size - others.length)),
    open: facts.tally.open,
    isMore: facts.tally.isMore,
    trend: trendOf(facts.tally, at),
    gates: some(shut, most.gates),
    mayOpenGates: facts.mayOpenGates,
    debts: some(debtsOf(facts.items, at), most.debts),
    mutes: some(facts.mutes, most.mutes),
    runners: some(runners, most.runners),
    work: some(work, most.work),
    parked: some(facts.parked, most.parked),
  };
}

function some<T>(all: T[], most: number, total = all.length): Some<T> {
  const shown = all.slice(0, most);
  return { shown, left: Math.max(0, total - shown.length) };
}

/** Who is called when it breaks. */
export function ownerOf(policy: Policy, component: string): Mention | undefined {
  return componentPolicy(policy, component).owner ?? policy.owner;
}

function waitsFor(run: RecoveryRun, by: string, at: Date): run is Extract<RecoveryRun, { state: 'awaiting-approval' }> {
  if (run.state !== 'awaiting-approval' || run.requestedBy === by || at >= new Date(run.expiresAt)) return false;
  return !standingApprovals(run, run.plan.hash).some((approval) => approval.by === by);
}

function trendOf({ days }: Tally, at: Date): number[] {
  return Array.from({ length: trendDays }, (_, index) => {
    const day = new Date(at.getTime() - (trendDays - 1 - index) * dayMs).toISOString().slice(0, 10);
    return days[day] ?? 0;
  });
}

/** What was to be gone by a day, the most overdue first. */
function debtsOf(items: WorkItem[], at: Date): Home['debts']['shown'] {
  return items
    .flatMap((item) => (item.dueAt ? [{ item, dueAt: item.dueAt, isOverdue: isOverdue(item, at) }] : []))
    .sort((one, other) => one.dueAt.localeCompare(other.dueAt));
}
