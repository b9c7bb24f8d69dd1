import type { GateStore } from '../gate/gate.ts';
import type { MuteStore } from '../noise/mute.ts';
import { standingMutes } from '../noise/mute-component.ts';
import type { Mention, Policy } from '../policy/policy.ts';
import type { AttentionStore, FailurePage, FailureStore, Now, RunStore } from '../ports.ts';
import { mayDo, type RolePorts } from '../recovery/may-do.ts';
import type { RunnerStore } from '../recovery/runner-presence.ts';
import type { WorkItem, WorkState } from '../work/work-item.ts';
import type { WorkStore } from '../work/work-store.ts';
import { type Home, type HomeFacts, homeOf, ownerOf, trendDays } from './home.ts';

export type HomePorts = RolePorts & {
  failures: Pick<FailureStore, 'listOpen' | 'tally'>;
  runs: Pick<RunStore, 'get'>;
  gates: Pick<GateStore, 'held'>;
  work: Pick<WorkStore, 'list' | 'getAll'>;
  runners: Pick<RunnerStore, 'list'>;
  mutes: Pick<MuteStore, 'list'>;
  attention: Pick<AttentionStore, 'parked'>;
  policy: Policy;
  now: Now;
};

/** Somebody waits while this is read, so all of it is bounded: what lies further down is in the lists. */
const looked = { failures: 60, counted: 250, lines: 300, items: 40, debts: 20, parked: 20, owners: 10 };

/** Everything that concerns one person now, in a handful of reads at once. */
export async function readHome(ports: HomePorts, { by }: { by: string }): Promise<Home> {
  const at = ports.now();
  const since = new Date(at.getTime() - (trendDays - 1) * 86_400_000);
  since.setUTCHours(0, 0, 0, 0);
  const [
    { failures, runs, mayApprove, owners },
    tally,
    { holders, mayOpenGates },
    knownRunners,
    pending,
    working,
    mutes,
    parked,
  ] = await Promise.all([
    openOnes(ports, by),
    ports.failures.tally({ since, until: at, most: looked.counted }),
    shutGates(ports, by),
    ports.runners.list(),
    itemsIn(ports, 'pending'),
    itemsIn(ports, 'in-progress'),
    standingMutes(ports),
    ports.attention.parked(looked.parked),
  ]);
  return homeOf(
    {
      failures,
      tally,
      runs,
      mayApprove,
      owners,
      mayOpenGates,
      holders,
      knownRunners,
      items: [...working, ...pending],
      mutes,
      parked,
    },
    { by, at, policy: ports.policy },
  );
}

type OpenOnes = Pick<HomeFacts, 'failures' | 'runs' | 'mayApprove' | 'owners'>;

async function openOnes(ports: HomePorts, by: string): Promise<OpenOnes> {
  const { failures } = await ports.failures.listOpen({ limit: looked.failures });
  const held = failures.flatMap(({ failure }) => (failure.status === 'recovering' ? [failure] : []));
  const [runs, mayApprove, owners] = await Promise.all([
    Promise.all(held.map(({ id, runId }) => ports.runs.get(id, runId))),
    held.length > 0 && seemsToBeOf(ports, ports.policy.recovery.mayApprove, by),
    ownersOf(ports, failures, by),
  ]);
  return { failures, runs: runs.flatMap((stored) => (stored ? [stored.run] : [])), mayApprove, owners };
}

/** Which of those who are called for these failures this person is, or belongs to. */
async function ownersOf(ports: HomePorts, failures: FailurePage['failures'], by: string): Promise<Mention[]> {
  const owners = new Set(failures.flatMap(({ failure }) => ownerOf(ports.policy, failure.component) ?? []));
  const mine = await Promise.all(
    [...owners].slice(0, looked.owners).map(async (owner) => {
      return (await mayDo(ports, { who: [owner], by, level: 1 })) === 'yes' ? [owner] : [];
    }),
  );
  return mine.flat();
}

async function shutGates(ports: HomePorts, by: string) {
  const { holders } = await ports.gates.held();
  const mayOpenGates = holders.length > 0 && (await seemsToBeOf(ports, ports.policy.recovery.mayStart, by));
  return { holders, mayOpenGates };
}

/** Only for what is shown: whoever presses is asked for again. While nobody knows, it is shown. */
async function seemsToBeOf(ports: RolePorts, who: readonly Mention[], by: string): Promise<boolean> {
  return (await mayDo(ports, { who, by, level: 1 })) !== 'no';
}

/** The first of them, and those that were to be gone by a day, the earliest first. */
async function itemsIn({ work }: Pick<HomePorts, 'work'>, state: WorkState): Promise<WorkItem[]> {
  const { lines } = await work.list({ state, limit: looked.lines });
  const debts = lines
    .filter(({ dueOn }) => dueOn !== undefined)
    .sort((one, other) => (one.dueOn ?? '').localeCompare(other.dueOn ?? ''))
    .slice(0, looked.debts);
  const ids = [...lines.slice(0, looked.items), ...debts].map(({ id }) => id);
  const items = await work.getAll([...new Set(ids)]);
  // The index may lag behind a moment.
  return items.filter((item) => item.state === state);
}
