import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { generateKeys } from '../../../lib/adapters/signing/ed25519.ts';
import { Failure } from '../../../lib/failure/failure.ts';
import { FailureId, RunId } from '../../../lib/failure/ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { RunnerCommand, RunnerReport } from '../../../lib/recovery/command.ts';
import type { RunPlan } from '../../../lib/recovery/run.ts';
import type { EffectPorts } from '../../../lib/response/carry-out-effects.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';

export const failureId = FailureId.parse('F-7K3Q9D');
export const runnerKeys = generateKeys();

export const examplePlan: RunPlan = {
  hash: 'ab'.repeat(32),
  summary: 'Back to checkpoint good: 1 path',
  items: [{ what: 'shop.mjs', change: 'restore' }],
  total: 1,
};

/** Memory stores, a clock that is set by hand, and what was sent. */
export async function recoveryWorld({ level = 3 as 1 | 2 | 3 | 4 | 5, component = 'shop' } = {}) {
  const stores = memoryStores();
  const clock = { at: Date.parse('2026-05-04T10:00:00.000Z') };
  const now = () => new Date(clock.at);
  const commands: RunnerCommand[] = [];
  const hints: string[] = [];
  let ids = 0;
  const ports: EffectPorts = {
    failures: stores.failures,
    runs: stores.runs,
    roles: stores.roles,
    runners: stores.runners,
    ledger: stores.ledger,
    gates: stores.gates,
    work: stores.work,
    turns: stores.turns,
    pages: stores.pages,
    postMortems: stores.postMortems,
    pager: undefined,
    hints: {
      notify: async () => void hints.push('notify'),
      learn: async () => void hints.push('learn'),
      recovery: async () => void hints.push('recovery'),
      effects: async () => void hints.push('effects'),
      work: async () => void hints.push('work'),
    },
    commands: { send: async (command) => void commands.push(command) },
    policy: Policy.parse({
      version: 1,
      channels: { default: '#failures' },
      components: { shop: { recovery: { runner: 'demo', workTree: 'shop' } }, api: {} },
      runners: { demo: { publicKey: runnerKeys.publicKey }, other: { publicKey: generateKeys().publicKey } },
    }),
    ids: {
      failureId: () => failureId,
      runId: () => RunId.parse(`R-${String(ids++).padStart(10, '0')}`),
      workItemId: () => WorkItemId.parse(`W-${String(ids++).padStart(8, '0')}`),
      actionId: () => `action-${ids++}`,
    },
    now,
    log: () => undefined,
  };
  await stores.failures.open(exampleFailure({ level, component, at: now() }), {});
  return {
    ports,
    stores,
    clock,
    commands,
    hints,
    failure: async () => {
      const stored = await stores.failures.get(failureId);
      if (!stored) throw new Error('the failure is gone');
      return stored.failure;
    },
    run: async (runId: RunId) => {
      const stored = await stores.runs.get(failureId, runId);
      if (!stored) throw new Error('the run is gone');
      return stored;
    },
  };
}
export type RecoveryWorld = Awaited<ReturnType<typeof recoveryWorld>>;

function exampleFailure({ level, component, at }: { level: number; component: string; at: Date }): Failure {
  const time = at.toISOString();
  return Failure.parse({
    schema: 1,
    id: failureId,
    version: 1,
    episode: 1,
    component,
    fingerprint: `v1#${'0'.repeat(32)}`,
    title: 'two tests fail',
    level,
    levelReasons: ['two tests fail'],
    firstOpenedAt: time,
    openedAt: time,
    report: { whatHappened: 'two tests fail' },
    lastAction: { id: 'opened', by: 'system:protocol', at: time },
    latestEntry: { version: 1, at: time, by: 'system:protocol', kind: 'opened', text: 'Opened' },
    status: 'open',
  });
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type ReportBody = Without<RunnerReport, 'version' | 'runner' | 'failureId' | 'runId' | 'at'>;

/** A report as the runner `demo` would make it, now. */
export function reportOf(world: RecoveryWorld, runId: RunId, body: ReportBody, runner = 'demo'): RunnerReport {
  return { version: 1, runner, failureId, runId, at: world.ports.now().toISOString(), ...body };
}
