import type { FailureId } from '../../../lib/failure/ids.ts';
import type { RunnerCommand, RunnerReport } from '../../../lib/recovery/command.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import type { RecoveryPorts } from '../../../lib/recovery/recovery-ports.ts';
import type { RecoveryRun, RunPlan } from '../../../lib/recovery/run.ts';
import type { World } from './world.ts';

export function planOf(summary: string, letter = 'a'): RunPlan {
  return {
    hash: letter.repeat(64),
    summary,
    items: [{ what: `src/${letter}.ts`, change: 'restore' }],
    total: 1,
  };
}

type Unaddressed<R> = R extends unknown
  ? Omit<R, 'version' | 'runner' | 'failureId' | 'runId' | 'sequence' | 'at'>
  : never;

/** The recovery function and a runner, by hand: what is sent is kept, and the runner says what the test says. */
export function recoveryDesk(world: World) {
  const commands: RunnerCommand[] = [];
  const ports: RecoveryPorts = { ...world, commands: { send: async (command) => void commands.push(command) } };
  let sequence = 0;
  const runOf = async (id: FailureId): Promise<RecoveryRun> => {
    const all = await world.stores.runs.list(id);
    const last = all.sort((one, other) => one.requestedAt.localeCompare(other.requestedAt)).at(-1);
    if (!last) throw new Error(`${id} has no run`);
    return last;
  };
  return {
    commands,
    runOf,
    /** The recovery function looks at what it was asked to look at, then everything is shown. */
    async settle() {
      for (let hint = world.follow.shift(); hint; hint = world.follow.shift()) await followRun(ports, hint);
      await world.run();
    },
    /** What the runner of the failure's last run says; nothing is shown yet. */
    async say(id: FailureId, said: Unaddressed<RunnerReport>) {
      const run = await runOf(id);
      const about = { version: 1 as const, runner: run.runner, failureId: id, runId: run.id };
      const at = world.now().toISOString();
      await recordReport(ports, { ...said, ...about, sequence: ++sequence, at } as RunnerReport);
    },
    ready(id: FailureId, plan: RunPlan) {
      return this.say(id, { kind: 'ready', plan, nonce: `nonce-of-this-very-plan-${sequence}` });
    },
  };
}
