import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gravestLevel } from '../../../lib/failure/failure.ts';
import type { RunId } from '../../../lib/failure/ids.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { approvalsAt, Policy } from '../../../lib/policy/policy.ts';
import { approveRun } from '../../../lib/recovery/approve-run.ts';
import { cancelRun } from '../../../lib/recovery/cancel-run.ts';
import type { RunnerCommand, RunnerReport } from '../../../lib/recovery/command.ts';
import { declineRun } from '../../../lib/recovery/decline-run.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { justSaidMs, roleMemoryMs } from '../../../lib/recovery/may-do.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { replanRuns } from '../../../lib/recovery/replan-runs.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import type { RecoveryRun, RunPlan } from '../../../lib/recovery/run.ts';
import { isEnded } from '../../../lib/recovery/run-states.ts';
import type { Level } from '../../../lib/signal/signal.ts';
import { dyingAfter, unlessKilled } from './dying-ports.ts';
import {
  examplePlan,
  failureId,
  type RecoveryWorld,
  type ReportBody,
  recoveryWorld,
  reportOf,
} from './recovery-world.ts';

const people = ['U0ADA', 'U0BOB', 'U0CEM', 'U0DAN'];
const person = fc.constantFrom(...people);
const killAfter = fc.option(fc.nat(4));
const which = fc.nat();

const Happening = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('request'),
      by: fc.constantFrom('U0ADA' as const, 'system:protocol' as const),
      killAfter,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('hint'), which, killAfter }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('command'), which, isLost: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('report'), which, killAfter }) },
  {
    weight: 9,
    arbitrary: fc.record({ kind: fc.constant('approve'), which, by: person, isStale: fc.boolean(), killAfter }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('decline'), which, by: person, killAfter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), which, by: person, killAfter }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('files change'), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('work'), which, ok: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('time'), ms: fc.constantFrom(1000, 45_000, 130_000, 31 * 60_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('grade'),
      level: fc.constantFrom(2 as const, 3 as const, 4 as const, 5 as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resolve'), killAfter }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('approvers'), members: fc.subarray(people), isSilent: fc.boolean() }),
  },
);
type Happening = typeof Happening extends fc.Arbitrary<infer T> ? T : never;

/** Until the plan is there: what goes wrong later would seldom be reached by chance. */
const untilReady = (by: 'U0ADA' | 'system:protocol'): Happening[] => [
  { kind: 'request', by, killAfter: null },
  { kind: 'hint', which: 0, killAfter: null },
  { kind: 'command', which: 0, isLost: false },
  { kind: 'report', which: 0, killAfter: null },
];
const Happenings = fc
  .tuple(
    fc.constantFrom('U0ADA' as const, 'system:protocol' as const),
    fc.array(Happening, { minLength: 5, maxLength: 30 }),
  )
  .map(([by, rest]) => [...untilReady(by), ...rest]);

/** A truthful runner: it plans again when the files change, acts on the plan that it made last, and only once. */
class Host {
  readonly executions: { runId: RunId; planHash: string }[] = [];
  readonly reports: RunnerReport[] = [];
  readonly #world: RecoveryWorld;
  readonly #plans = new Map<
    RunId,
    { plan: RunPlan; nonce: string; sequence: number; state: 'ready' | 'begun' | 'over' }
  >();
  /** Runs whose files changed since they were planned, and nobody looked. */
  readonly #stale = new Set<RunId>();
  #made = 0;

  constructor(world: RecoveryWorld) {
    this.#world = world;
  }

  hear(command: RunnerCommand): void {
    const { runId } = command;
    const known = this.#plans.get(runId);
    if (command.kind === 'offer' && !known) this.#plan(runId);
    if (command.kind === 'cancel' && known?.state === 'ready') known.state = 'over';
    if (command.kind !== 'go' || known?.state !== 'ready' || Date.parse(command.expiresAt) < this.#world.clock.at)
      return;
    if (command.nonce !== known.nonce || command.planHash !== known.plan.hash) return;
    if (this.#stale.delete(runId)) {
      this.#plan(runId);
      return;
    }
    known.state = 'begun';
    this.executions.push({ runId, planHash: known.plan.hash });
    this.#say(runId, { kind: 'step', step: { name: 'Save everything', state: 'done' } });
  }

  filesChange(which: number): void {
    const [runId] = [...this.#plans.keys()].slice(which % Math.max(1, this.#plans.size));
    if (!runId || this.#plans.get(runId)?.state !== 'ready') return;
    // Half of the time it notices by itself, else when it is told to go.
    if (which % 2 === 0) this.#plan(runId);
    else this.#stale.add(runId);
  }

  work(ok: boolean): void {
    for (const [runId, plan] of this.#plans) {
      if (plan.state !== 'begun') continue;
      plan.state = 'over';
      this.#say(runId, { kind: 'result', ok, reason: 'It ended.', refs: [] });
    }
  }

  #plan(runId: RunId): void {
    const plan = { ...examplePlan, hash: String(this.#made++ % 10).repeat(64) };
    const nonce = `nonce-of-plan-${this.#made}`;
    this.#plans.set(runId, { plan, nonce, sequence: this.#plans.get(runId)?.sequence ?? 0, state: 'ready' });
    this.#say(runId, { kind: 'ready', plan, nonce });
  }

  #say(
    runId: RunId,
    body: ReportBody extends infer B ? (B extends unknown ? Omit<B, 'sequence'> : never) : never,
  ): void {
    const plan = this.#plans.get(runId);
    if (!plan) return;
    plan.sequence++;
    this.reports.push(reportOf(this.#world, runId, { ...body, sequence: plan.sequence } as ReportBody));
  }
}

/** Who could approve at each moment, the clicks that counted, and what was released on what grounds. */
class Town {
  members = ['U0BOB', 'U0CEM'];
  isSilent = false;
  readonly clicks: { runId: RunId; by: string; planHash: string; wasApprover: boolean }[] = [];
  readonly wrong: string[] = [];
  /** What it took when it was asked for. */
  readonly neededFirst = new Map<RunId, number>();
  readonly released = new Map<RunId, Set<string>>();

  /** From level 4 on what Slack said just now is good enough; below, what it said lately. */
  async isApprover({ ports }: RecoveryWorld, by: string, level: Level): Promise<boolean> {
    const known = await ports.roles.get('@sre');
    const isFresh = known && Date.parse(known.at) > ports.now().getTime() - (level < 4 ? roleMemoryMs : justSaidMs);
    if (isFresh) return known.members.includes(by);
    return !this.isSilent && this.members.includes(by);
  }

  /** Looks at every run right when it is released. */
  watch(world: RecoveryWorld): void {
    const { ports } = world;
    Object.assign(ports, { askRole: async () => (this.isSilent ? undefined : [...this.members]) });
    const { save, create } = ports.runs;
    ports.runs = {
      ...ports.runs,
      create: async (run, dues) => {
        this.neededFirst.set(run.id, approvalsAt(ports.policy, (await world.failure()).level));
        return create(run, dues);
      },
      save: async (run, options) => {
        const before = (await ports.runs.get(run.failureId, run.id))?.run;
        await save(run, options);
        const isRelease = run.state === 'running' && (before?.state !== 'running' || before.nonce !== run.nonce);
        if (isRelease && before?.state !== 'lost') await this.#judge(world, run);
      },
    };
  }

  async #judge(
    { ports, failure: read }: RecoveryWorld,
    run: Extract<RecoveryRun, { state: 'running' }>,
  ): Promise<void> {
    const failure = await read();
    const remembered = (await ports.roles.get('@sre'))?.members ?? [];
    const yes = new Set(
      this.clicks
        .filter(({ runId, planHash, by }) => runId === run.id && planHash === run.plan.hash && by !== run.requestedBy)
        .filter(({ by, wasApprover }) => wasApprover && remembered.includes(by))
        .map(({ by }) => by),
    );
    const lowered = (await ports.failures.timeline(failureId)).map(({ before }) => Number(before?.level ?? 1));
    const worst = Math.max(failure.level, ...lowered) as 3 | 4 | 5;
    const needed = approvalsAt(ports.policy, worst);
    if (yes.size < needed) this.wrong.push(`${run.id} released with ${yes.size} of ${needed}`);
    // What nobody asked for must not begin because its failure was graded lower.
    const isProposal = run.requestedBy === 'system:protocol';
    if (isProposal && yes.size < (this.neededFirst.get(run.id) ?? 0)) this.wrong.push(`${run.id} released by nobody`);
    if (failure.status !== 'recovering' || failure.runId !== run.id) this.wrong.push(`${run.id} released without hold`);
    if (failure.level < 3) this.wrong.push(`${run.id} released at level ${failure.level}`);
    this.released.set(run.id, new Set([...(this.released.get(run.id) ?? []), run.plan.hash]));
  }
}

async function happen(world: RecoveryWorld, host: Host, town: Town, happening: Happening): Promise<void> {
  const { ports } = world;
  const runs = await ports.runs.list(failureId);
  const pick = <T>(list: readonly T[], at: number) => list[at % Math.max(1, list.length)];
  const dying = dyingAfter(ports, 'killAfter' in happening ? happening.killAfter : null);
  const run = 'which' in happening ? pick(runs, happening.which) : undefined;
  switch (happening.kind) {
    case 'request':
      await unlessKilled(requestRecovery(dying, { failureId, by: happening.by, strategy: 'rollback-and-retry' }));
      return;
    case 'hint':
      if (run) await unlessKilled(followRun(dying, { failureId, runId: run.id }));
      return;
    case 'command': {
      const command = pick(world.commands, happening.which);
      if (command && happening.isLost) world.commands.splice(world.commands.indexOf(command), 1);
      else if (command) host.hear(command);
      return;
    }
    case 'report': {
      const report = pick(host.reports, happening.which);
      if (report) await unlessKilled(recordReport(dying, report));
      return;
    }
    case 'approve': {
      if (!run || !('plan' in run) || !run.plan) return;
      const planHash = happening.isStale ? '0'.repeat(64) : run.plan.hash;
      const { by } = happening;
      const before = gravestLevel(await world.failure());
      const wasApprover = await town.isApprover(world, by, before);
      const click = { runId: run.id, by, planHash, wasApprover };
      // Noted before: it may be killed right after its yes was saved.
      town.clicks.push(click);
      const decision = { failureId, runId: run.id, planHash, by };
      await unlessKilled(
        approveRun(dying, decision).then((answer) => {
          const isWrong = answer.kind === 'approved' && (!wasApprover || by === run.requestedBy);
          if (isWrong && before >= 4) town.wrong.push(`${by} approved ${run.id}`);
        }),
      );
      return;
    }
    case 'decline':
      if (run) await unlessKilled(declineRun(dying, { failureId, runId: run.id, by: happening.by }));
      return;
    case 'cancel':
      if (run) await unlessKilled(cancelRun(dying, { failureId, runId: run.id, by: happening.by }));
      return;
    case 'files change':
      return host.filesChange(happening.which);
    case 'work':
      return host.work(happening.ok);
    case 'time':
      world.clock.at += happening.ms;
      return;
    case 'grade':
      await regradeFailure(ports, { failureId, level: happening.level, reason: 'I looked', by: 'U0BOB' });
      await replanRuns(ports, { failureId });
      return;
    case 'resolve':
      await unlessKilled(resolveFailure(dying, { failureId, by: 'U0BOB' }));
      return;
    case 'approvers':
      Object.assign(town, { members: happening.members, isSilent: happening.isSilent });
      return;
    default:
      return happening satisfies never;
  }
}

/** Whatever is due or on its way arrives at last. */
async function settle(world: RecoveryWorld, host: Host): Promise<void> {
  for (let round = 0; round < 24; round++) {
    for (const command of [...world.commands]) host.hear(command);
    host.work(true);
    for (const report of host.reports.splice(0)) await recordReport(world.ports, report);
    for (const run of await world.ports.runs.list(failureId)) {
      const { dues } = await world.run(run.id);
      if ((dues.run ?? Number.POSITIVE_INFINITY) <= world.clock.at) {
        await followRun(world.ports, { failureId, runId: run.id });
      }
    }
    world.clock.at += 120_000;
  }
}

it('whatever order people, plans, levels and time come in, a run goes only with the approvals that it needs then, to the plan that goes, once', async () => {
  await fc.assert(
    fc.asyncProperty(Happenings, fc.constantFrom(4 as const, 5 as const), async (happenings, level) => {
      const world = await recoveryWorld({ level });
      world.ports.policy = Policy.parse({
        ...world.ports.policy,
        recovery: { mayApprove: ['@sre'], approvalMinutes: 30 },
      });
      const host = new Host(world);
      const town = new Town();
      town.watch(world);
      for (const happening of happenings) await happen(world, host, town, happening);
      await settle(world, host);

      expect(town.wrong).toEqual([]);
      expect(new Set(host.executions.map(({ runId }) => runId)).size).toBe(host.executions.length);
      for (const { runId, planHash } of host.executions) {
        expect(town.released.get(runId)?.has(planHash)).toBe(true);
        expect(['succeeded', 'failed', 'lost']).toContain((await world.run(runId)).run.state);
      }
      for (const run of await world.ports.runs.list(failureId)) {
        expect(isEnded(run)).toBe(true);
        expect((await world.run(run.id)).dues).toEqual({});
      }
      expect((await world.failure()).status).not.toBe('recovering');
    }),
    { numRuns: 200 },
  );
});
