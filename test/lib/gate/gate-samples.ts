import { memoryGateStore } from '../../../lib/adapters/memory/gate-store.ts';
import type { Failure } from '../../../lib/failure/failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import type { GateHolder, GateRegistry, HolderDraft } from '../../../lib/gate/gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';

export const noon = '2025-09-11T12:00:00.000Z';
export const at = (minutes: number): string => new Date(Date.parse(noon) + minutes * 60_000).toISOString();
export const failureId = 'F-AAAAA1' as FailureId;
export const otherId = 'F-BBBBB2' as FailureId;

/** agent → api → db, all on one account; docs by itself. */
export const policy = Policy.parse({
  version: 1,
  channels: { default: '#failures' },
  components: {
    agent: { dependsOn: ['api', 'account:claude'] },
    api: { dependsOn: ['db', 'account:claude'] },
    db: {},
    docs: {},
  },
  shared: { 'account:claude': { causes: ['quota'] } },
});

export const registry: GateRegistry = {
  schema: 1,
  dependsOn: { agent: ['api', 'account:claude'], api: ['db', 'account:claude'], db: [], docs: [] },
  publishedAt: noon,
};

export function holder(given: Partial<GateHolder> = {}): GateHolder {
  const id = given.id ?? 'cause#quota';
  return {
    schema: 1,
    scope: 'api',
    id,
    mode: 'stop',
    reason: 'r',
    opens: 'o',
    by: 'U1',
    at: noon,
    rev: 'r1',
    ...given,
  };
}

export function draft(given: Partial<HolderDraft> = {}): HolderDraft {
  const { schema: _, rev: __, at: ___, ...rest } = holder({ failureId, cause: 'quota' });
  return { ...rest, mode: 'hold', until: at(15), since: noon, ...given };
}

export function failed(given: Partial<Failure> & { whatHappened?: string } = {}): Failure {
  const { whatHappened = 'usage limit reached', ...rest } = given;
  return {
    schema: 1,
    id: failureId,
    version: 1,
    episode: 1,
    status: 'open',
    component: 'agent',
    fingerprint: 'v1#0123456789abcdef' as Failure['fingerprint'],
    title: 'The agent failed',
    level: 2,
    levelReasons: [],
    firstOpenedAt: noon,
    openedAt: noon,
    report: { whatHappened, attemptedFixes: [] },
    similar: [],
    outcomes: [],
    pastEpisodes: [],
    lastAction: { id: 'a', by: 'system:ingest', at: noon },
    latestEntry: { version: 1, at: noon, by: 'system:ingest', kind: 'opened', text: 'Opened' },
    ...rest,
  } as Failure;
}

/** Gates in memory under a clock that the test moves. */
export function gateWorld() {
  let minute = 0;
  let count = 0;
  const gates = memoryGateStore();
  return {
    ports: { gates, ids: { actionId: () => `rev-${++count}` }, now: () => new Date(at(minute)), policy },
    /** To so many minutes after noon. */
    goTo(minutes: number) {
      minute = minutes;
    },
    holders: async () => (await gates.read()).holders,
  };
}
