import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunId } from '../../../lib/failure/ids.ts';
import { acknowledge, reopen, resolve } from '../../../lib/failure/moves/by-people.ts';
import type { RunnerCommand, RunnerReport } from '../../../lib/recovery/command.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import type { RecoveryPorts } from '../../../lib/recovery/recovery-ports.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import { isEnded } from '../../../lib/recovery/run-states.ts';
import { dyingAfter, Killed, unlessKilled } from './dying-ports.ts';
import {
  examplePlan,
  failureId,
  type RecoveryWorld,
  type ReportBody,
  recoveryWorld,
  reportOf,
} from './recovery-world.ts';

/** What the world does to the protocol: anything, in any order, any number of times, killed anywhere. */
const killAfter = (most: number) => fc.option(fc.nat(most));
const happening = <K extends string, R extends object>(kind: K, rest: { [P in keyof R]: fc.Arbitrary<R[P]> }) =>
  fc.record(rest).map((facts) => ({ kind, ...facts }) as { kind: K } & R);
const Happening = fc.oneof(
  { weight: 3, arbitrary: happening('request', { killAfter: killAfter(4), waits: fc.boolean() }) },
  { weight: 3, arbitrary: happening('go on', {}) },
  { weight: 6, arbitrary: happening('hint', { which: fc.nat(), killAfter: killAfter(5) }) },
  { weight: 6, arbitrary: happening('command', { which: fc.nat(), isLost: fc.boolean() }) },
  { weight: 8, arbitrary: happening('report', { which: fc.nat(), killAfter: killAfter(6) }) },
  { weight: 2, arbitrary: happening('work', { which: fc.nat(), ok: fc.boolean() }) },
  { weight: 4, arbitrary: happening('time', { ms: fc.constantFrom(1000, 15_000, 45_000, 130_000, 310_000) }) },
  { weight: 2, arbitrary: happening('person', { does: fc.constantFrom('acknowledge', 'resolve', 'reopen') }) },
);
type Happening = typeof Happening extends fc.Arbitrary<infer T> ? T : never;

/** From the start, or from a run that was just released: what goes wrong later would seldom be reached by chance. */
const untilReleased: Happening[] = [
  { kind: 'request', killAfter: null, waits: false },
  { kind: 'hint', which: 0, killAfter: null },
  { kind: 'command', which: 0, isLost: false },
  { kind: 'report', which: 0, killAfter: null },
];
const Happenings = fc
  .tuple(fc.boolean(), fc.array(Happening, { minLength: 5, maxLength: 30 }))
  .map(([isReleased, rest]) => (isReleased ? [...untilReleased, ...rest] : rest));

/** A host whose runner plans each offer once and carries each released nonce out once, as runner/ does. */
class Host {
  readonly executions = new Map<RunId, number>();
  readonly reports: RunnerReport[] = [];
  /** Recorded once without a crash: the queue does not bring it again by itself. */
  readonly delivered = new Set<RunnerReport>();
  /** Requests that wait before they take the hold. */
  readonly waiting: { goOn(): void; die(): void; done: Promise<unknown> }[] = [];
  readonly #world: RecoveryWorld;
  readonly #plans = new Map<RunId, { nonce: string; sequence: number; state: 'ready' | 'working' | 'done' }>();

  constructor(world: RecoveryWorld) {
    this.#world = world;
  }

  hear(command: RunnerCommand): void {
    const plan = this.#plans.get(command.runId);
    if (command.kind === 'offer' && !plan) {
      const nonce = `nonce-of-${command.runId}-`;
      this.#plans.set(command.runId, { nonce, sequence: 0, state: 'ready' });
      this.#say(command.runId, { kind: 'ready', plan: examplePlan, nonce });
    }
    if (command.kind === 'go' && plan?.nonce === command.nonce && plan.state === 'ready') {
      plan.state = 'working';
      this.executions.set(command.runId, (this.executions.get(command.runId) ?? 0) + 1);
      this.#say(command.runId, { kind: 'step', step: { name: 'Save everything', state: 'done' } });
    }
  }

  work(which: number, ok: boolean): void {
    const working = [...this.#plans].filter(([, { state }]) => state === 'working');
    const [runId, plan] = working[which % Math.max(1, working.length)] ?? [];
    if (!runId || !plan) return;
    this.#say(runId, { kind: 'heartbeat' });
    this.#say(runId, { kind: 'result', ok, reason: 'It ended.', refs: [] });
    plan.state = 'done';
  }

  finishEverything(): void {
    for (let rest = this.#plans.size; rest > 0; rest--) this.work(0, true);
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

/** The run is created; before the hold is taken, other things happen. */
async function requestSlowly(
  ports: RecoveryPorts,
  host: Host,
  request: Parameters<typeof requestRecovery>[1],
): Promise<void> {
  const gate = Promise.withResolvers<void>();
  gate.promise.catch(() => undefined);
  const saveState: RecoveryPorts['failures']['saveState'] = async (...args) => {
    await gate.promise;
    return ports.failures.saveState(...args);
  };
  const slow = { ...ports, failures: { ...ports.failures, saveState } };
  const done = unlessKilled(requestRecovery(slow, request));
  host.waiting.push({ goOn: gate.resolve, die: () => gate.reject(new Killed()), done });
  // Until it waits at the gate, or has ended before it.
  await Promise.race([done, new Promise((resolve) => setImmediate(resolve))]);
}

async function killSlow(host: Host): Promise<void> {
  for (const slow of host.waiting.splice(0)) {
    slow.die();
    await slow.done;
  }
}

async function happen(world: RecoveryWorld, host: Host, happening: Happening): Promise<void> {
  const { ports } = world;
  const runs = await ports.runs.list(failureId);
  const pick = <T>(list: readonly T[], which: number) => list[which % Math.max(1, list.length)];
  switch (happening.kind) {
    case 'request': {
      const request = { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' as const };
      if (happening.waits) return requestSlowly(ports, host, request);
      return void (await unlessKilled(requestRecovery(dyingAfter(ports, happening.killAfter), request)));
    }
    case 'go on': {
      const slow = host.waiting.shift();
      slow?.goOn();
      return void (await slow?.done);
    }
    case 'hint': {
      const run = pick(runs, happening.which);
      if (run) await unlessKilled(followRun(dyingAfter(ports, happening.killAfter), { failureId, runId: run.id }));
      return;
    }
    case 'command': {
      const command = pick(world.commands, happening.which);
      if (command && happening.isLost) world.commands.splice(world.commands.indexOf(command), 1);
      else if (command) host.hear(command);
      return;
    }
    case 'report': {
      const report = pick(host.reports, happening.which);
      if (report && (await unlessKilled(recordReport(dyingAfter(ports, happening.killAfter), report)))) {
        host.delivered.add(report);
      }
      return;
    }
    case 'work':
      return host.work(happening.which, happening.ok);
    case 'time':
      // No function lives longer than its time limit.
      if (happening.ms > 60_000) await killSlow(host);
      world.clock.at += happening.ms;
      return;
    case 'person':
      return personDoes(world, happening.does);
    default:
      return happening satisfies never;
  }
}

async function personDoes(world: RecoveryWorld, does: string): Promise<void> {
  const failure = await world.failure();
  const decide = { acknowledge, resolve, reopen }[does as 'acknowledge' | 'resolve' | 'reopen'];
  const moved = decide(failure, { by: 'U0BOB', at: world.ports.now(), actionId: world.ports.ids.actionId() });
  if (moved.kind === 'moved') await world.ports.failures.saveState(moved.failure, { expectedVersion: failure.version });
}

/** Everything that is due or on its way arrives at last, as the queues and the sweep see to. */
async function settle(world: RecoveryWorld, host: Host): Promise<void> {
  await killSlow(host);
  for (let round = 0; round < 40; round++) {
    for (const command of [...world.commands]) {
      if (Date.parse(command.expiresAt) > world.clock.at) host.hear(command);
    }
    if (round > 5) host.finishEverything();
    for (const report of host.reports.filter((each) => !host.delivered.has(each))) {
      await recordReport(world.ports, report);
      host.delivered.add(report);
    }
    for (const run of await world.ports.runs.list(failureId)) {
      const { dues } = await world.run(run.id);
      if ((dues.run ?? Number.POSITIVE_INFINITY) <= world.clock.at)
        await followRun(world.ports, { failureId, runId: run.id });
    }
    world.clock.at += 30_000;
  }
}

it('whatever order things come in and whoever is killed, a run is carried out once at most, and the failure is never left with an ended run', async () => {
  await fc.assert(
    fc.asyncProperty(Happenings, async (happenings) => {
      const world = await recoveryWorld();
      const host = new Host(world);
      for (const happening of happenings) await happen(world, host, happening);
      await settle(world, host);

      expect(Math.max(0, ...host.executions.values())).toBeLessThanOrEqual(1);
      expect((await world.failure()).status).not.toBe('recovering');
      const [outcome = { tried: 0 }] = (await world.failure()).outcomes;
      expect(outcome.tried).toBeLessThanOrEqual(host.executions.size);
      for (const run of await world.ports.runs.list(failureId)) {
        expect(isEnded(run)).toBe(true);
        expect((await world.run(run.id)).dues).toEqual({});
        if (host.executions.has(run.id)) expect(['succeeded', 'failed', 'lost']).toContain(run.state);
        else expect(run.state).not.toBe('succeeded');
      }
    }),
    { numRuns: 300 },
  );
});
