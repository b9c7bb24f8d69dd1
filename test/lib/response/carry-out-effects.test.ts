import { describe, expect, it } from 'vitest';
import { forgetAt } from '../../../lib/failure/forget-failure.ts';
import { FailureId } from '../../../lib/failure/ids.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { reopenFailure } from '../../../lib/failure/reopen-failure.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { gateAnswer } from '../../../lib/gate/may-go-on.ts';
import { publishRegistry } from '../../../lib/gate/publish-registry.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { approveRun } from '../../../lib/recovery/approve-run.ts';
import { cancelRun } from '../../../lib/recovery/cancel-run.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import { RecoveryRun } from '../../../lib/recovery/run.ts';
import { carryOutEffects } from '../../../lib/response/carry-out-effects.ts';
import { usualRunbook } from '../../../lib/response/effects.ts';
import type { Page } from '../../../lib/response/page.ts';
import type { Level } from '../../../lib/signal/signal.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { Killed, type Life, mortal } from '../../journey/mortal.ts';
import { examplePlan, failureId, recoveryWorld, reportOf } from '../recovery/recovery-world.ts';

async function worldAt(level: Level, policy: object = {}) {
  const world = await recoveryWorld({ level });
  const { ports } = world;
  ports.policy = Policy.parse({
    ...ports.policy,
    components: {
      shop: { title: 'Shop', recovery: { runner: 'demo', workTree: 'shop' }, dependsOn: ['api'] },
      api: {},
      web: { title: 'Web', dependsOn: ['shop'] },
    },
    ...policy,
  });
  await publishRegistry(ports);
  const carryOut = () => carryOutEffects(ports, { failureId });
  const said = async () =>
    (await ports.failures.timeline(failureId)).filter(({ kind }) => kind === 'responded').map(({ text }) => text);
  const items = async () => {
    const found = [];
    for (const state of ['pending', 'in-progress', 'done', 'cancelled'] as const) {
      for (const { id } of (await ports.work.list({ state, limit: 50 })).lines)
        found.push((await ports.work.get(id))?.item);
    }
    return found;
  };
  const gate = async (component: string) => gateAnswer(await ports.gates.read(), { component }, ports.now()).kind;
  const runs = () => ports.runs.list(failureId);
  const regrade = (to: Level) => regradeFailure(ports, { failureId, level: to, reason: 'looked at it', by: 'U0ADA' });
  return { ...world, carryOut, said, items, gate, runs, regrade };
}
type EffectsWorld = Awaited<ReturnType<typeof worldAt>>;

const due = async ({ ports }: EffectsWorld) => (await ports.failures.get(failureId))?.dues.effects;

describe('what a level orders is made so', () => {
  it('level 1 and 2: an item in the backlog, and nothing is stopped', async () => {
    for (const [level, priority] of [
      [1, 400],
      [2, 300],
    ] as const) {
      const world = await worldAt(level);
      await world.carryOut();
      expect(await world.items()).toEqual([
        expect.objectContaining({ kind: 'fix', state: 'pending', priority, title: 'Fix: two tests fail', failureId }),
      ]);
      expect([await world.gate('shop'), await world.runs()]).toEqual(['go', []]);
      expect(await world.said()).toEqual([expect.stringMatching(/^Fix item W-\w{8} in the backlog$/)]);
      // On the timeline alone: it costs no message.
      expect((await world.ports.failures.timeline(failureId)).at(-1)?.isQuiet).toBe(true);
    }
  });

  it('level 3: the gate of the component stops, the fix comes first, and the next item is named', async () => {
    const world = await worldAt(3);
    await addWork(world.ports, { kind: 'task', title: 'Paint the shed', component: 'api', priority: 300, by: 'U0ADA' });
    await addWork(world.ports, { kind: 'task', title: 'Sell more', component: 'shop', priority: 1, by: 'U0ADA' });
    await world.carryOut();
    expect([await world.gate('shop'), await world.gate('web'), await world.gate('api')]).toEqual([
      'stop',
      'stop',
      'go',
    ]);
    expect(await world.said()).toEqual([
      expect.stringMatching(
        /^Gate shut: Shop\. Fix item W-\w{8} at the head of the queue\. Meanwhile, the next item whose gate is open is W-\w{8} in api: Paint the shed$/,
      ),
    ]);
    expect((await world.failure()).response?.next).toMatchObject({ title: 'Paint the shed', component: 'api' });
    expect(await world.runs()).toEqual([]);
  });

  it('level 3: a next item that is the fix of another failure is named without that one’s words', async () => {
    const world = await worldAt(3);
    const of = { component: 'api', priority: 1, by: 'U0ADA', failureId: FailureId.parse('F-BBBBBB') };
    await addWork(world.ports, { kind: 'fix', title: 'Fix: Payroll of Ada is wrong', ...of });
    await world.carryOut();
    const [said] = await world.said();
    expect(said).toMatch(/the next item whose gate is open is W-\w{8} in api$/);
  });

  it('hands out the fix of a stopped component, and nothing else of it', async () => {
    const world = await worldAt(3);
    await addWork(world.ports, { kind: 'task', title: 'Sell more', component: 'shop', priority: 1, by: 'U0ADA' });
    await world.carryOut();
    const first = await claimNext(world.ports, { holder: 'agent-1' });
    expect(first).toMatchObject({ kind: 'claimed', item: { kind: 'fix', component: 'shop' } });
    expect((await claimNext(world.ports, { holder: 'agent-2' })).kind).not.toBe('claimed');
  });

  it('level 4: a rollback is proposed by nobody, and a post-mortem is opened', async () => {
    const world = await worldAt(4);
    await world.carryOut();
    expect(await world.runs()).toEqual([
      expect.objectContaining({
        strategy: 'rollback-and-retry',
        requestedBy: 'system:protocol',
        approvalsNeeded: 1,
        state: 'requested',
      }),
    ]);
    expect(await world.items()).toEqual([expect.objectContaining({ kind: 'urgent-fix', priority: 20 })]);
    const postMortem = await world.ports.postMortems.get(failureId, 1);
    expect(postMortem).toMatchObject({ because: 'Level 4: two tests fail', version: 1 });
    expect(postMortem?.sections.impact[0]).toContain('shop');
    expect((await world.said()).join('\n')).toMatch(
      /Urgent fix item W-\w{8} at the head of the queue\. Post-mortem opened/,
    );
  });

  it.each([
    ['went around it', 'workaround', { action: 'older-api' }],
    ['cleaned up', 'clean', {}],
    ['restarted it', 'restart', {}],
  ] as const)(
    'level 4: proposes a rollback although somebody %s before it was that bad',
    async (_, strategy, order) => {
      const world = await worldAt(3);
      await world.carryOut();
      const by = 'U0ADA';
      expect((await requestRecovery(world.ports, { failureId, by, strategy, order })).kind).toBe('requested');
      const [first] = await world.runs();
      await cancelRun(world.ports, { failureId, runId: first?.id ?? expect.fail('no run'), by });
      world.clock.at += 1000;
      await world.regrade(4);
      await world.carryOut();
      expect(new Set((await world.runs()).map((run) => run.strategy))).toEqual(
        new Set(['rollback-and-retry', strategy]),
      );
    },
  );

  it('level 4: says why no rollback can be proposed, once', async () => {
    const world = await worldAt(4, { components: { shop: {} } });
    await world.carryOut();
    await world.carryOut();
    const lines = (await world.said()).filter((text) => text.includes('No rollback is proposed'));
    expect(lines).toEqual([expect.stringContaining('kintsugi.yml has no')]);
  });

  it('level 4: proposes nothing where policy leaves it to people', async () => {
    const world = await worldAt(4, { recovery: { proposeRollback: false } });
    await world.carryOut();
    expect(await world.runs()).toEqual([]);
  });

  it('level 5: all that hangs on it stops, the pager is told, runbook and what a shutdown stops are in the thread', async () => {
    const pages: Page[] = [];
    const world = await worldAt(5, { pager: { url: 'https://pager.example' } });
    world.ports.pager = async (page) => {
      pages.push(page);
      return { kind: 'taken' };
    };
    await world.carryOut();
    await world.carryOut();
    expect([await world.gate('shop'), await world.gate('web')]).toEqual(['stop', 'stop']);
    expect(pages).toEqual([
      expect.objectContaining({
        idempotencyKey: `${failureId}#1`,
        level: 5,
        component: { name: 'shop', title: 'Shop' },
      }),
    ]);
    const responded = (await world.ports.failures.timeline(failureId)).filter(({ kind }) => kind === 'responded');
    expect(responded.map(({ list }) => list).filter(Boolean)).toEqual([
      [...usualRunbook, 'An emergency shutdown (on the card) would stop: Shop, Web'],
    ]);
    expect(responded[0]?.text).toContain('The pager was told');
    expect((await world.runs()).map(({ approvalsNeeded }) => approvalsNeeded)).toEqual([2]);
  });

  it('is at rest afterwards: done again it changes and says nothing', async () => {
    const world = await worldAt(5, { disasterRecovery: ['Call Ada', 'Fail over'] });
    await world.carryOut();
    const before = {
      failure: await world.failure(),
      items: await world.items(),
      gates: await world.ports.gates.read(),
    };
    expect(await due(world)).toBeUndefined();
    await world.carryOut();
    expect({
      failure: await world.failure(),
      items: await world.items(),
      gates: await world.ports.gates.read(),
    }).toEqual(before);
    expect(await world.runs()).toHaveLength(1);
  });

  it('resolved: the gates open, the fix is closed, the post-mortem tells how it ended; reopened, all of it is back', async () => {
    const world = await worldAt(4, { recovery: { proposeRollback: false } });
    await world.carryOut();
    world.clock.at += 3_600_000;
    await resolveFailure(world.ports, { failureId, by: 'U0ADA' });
    await world.carryOut();
    expect(await world.gate('shop')).toBe('go');
    expect(await world.items()).toEqual([
      expect.objectContaining({ state: 'done', result: 'Its failure is resolved.' }),
    ]);
    expect((await world.said()).at(-1)).toMatch(/^Gate open again: Shop\. Fix item W-\w{8} closed$/);
    const postMortem = await world.ports.postMortems.get(failureId, 1);
    expect(postMortem?.sections.timeline.join('\n')).toContain('Resolved by hand');
    await reopenFailure(world.ports, { failureId, by: 'U0ADA' });
    await world.carryOut();
    expect(await world.gate('shop')).toBe('stop');
    expect(await world.items()).toEqual([expect.objectContaining({ state: 'pending', kind: 'urgent-fix' })]);
  });
});

describe('a re-grade', () => {
  it('from 2 to 4 and back to 2 makes each level so, cancels what no longer holds, and says it', async () => {
    const world = await worldAt(2);
    await world.carryOut();
    const [item] = await world.items();
    await world.regrade(4);
    await world.carryOut();
    expect([await world.gate('shop'), (await world.runs()).map(({ state }) => state)]).toEqual(['stop', ['requested']]);
    expect(await world.items()).toEqual([expect.objectContaining({ id: item?.id, kind: 'urgent-fix', priority: 20 })]);
    await world.regrade(2);
    await world.carryOut();
    expect([await world.gate('shop'), (await world.runs()).map(({ state }) => state)]).toEqual(['go', ['cancelled']]);
    expect(await world.items()).toEqual([
      expect.objectContaining({ id: item?.id, kind: 'fix', priority: 300, state: 'pending' }),
    ]);
    expect((await world.failure()).status).toBe('open');
    const timeline = (await world.ports.failures.timeline(failureId)).map(({ kind, text }) => `${kind}: ${text}`);
    expect(timeline.join('\n')).toMatch(
      /regraded: .*2.*4[\s\S]*responded: Gate shut: Shop\. Urgent fix item[\s\S]*regraded: .*4.*2[\s\S]*responded: Gate open again: Shop\. Fix item W-\w{8} moved to the backlog/,
    );
    expect(timeline.filter((line) => line.startsWith('recovery-ended'))).toHaveLength(1);
  });

  it('up again proposes again what it had called off itself, and nothing that somebody decided', async () => {
    const world = await worldAt(4);
    await world.carryOut();
    world.clock.at += 1000;
    await world.regrade(2);
    await world.carryOut();
    world.clock.at += 1000;
    await world.regrade(5);
    await Promise.all([world.carryOut(), world.carryOut()]);
    const [first, second] = (await world.runs()).sort((a, b) => a.requestedAt.localeCompare(b.requestedAt));
    expect([first?.state, second?.state, second?.requestedBy, second?.approvalsNeeded]).toEqual([
      'cancelled',
      'requested',
      'system:protocol',
      2,
    ]);
    expect(second?.id).not.toBe(first?.id);
    await cancelRun(world.ports, { failureId, runId: second?.id ?? expect.fail('none'), by: 'U0ADA' });
    world.clock.at += 1000;
    await world.regrade(2);
    await world.regrade(4);
    await world.carryOut();
    expect((await world.runs()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });

  it('leaves a place in the queue that a person gave the item', async () => {
    const world = await worldAt(2);
    await world.carryOut();
    const [item] = await world.items();
    if (!item) throw new Error('no item');
    await world.ports.work.save(
      {
        ...item,
        version: item.version + 1,
        priority: 7,
        lastAction: { id: 'by-hand', by: 'U0ADA', at: item.createdAt },
      },
      { expectedVersion: item.version, dues: {} },
    );
    await world.carryOut();
    expect(await world.items()).toEqual([expect.objectContaining({ priority: 7 })]);
  });
});

it('what a recovery resolved stays so while people decide whether it is undone, and is open again when that begins', async () => {
  const world = await worldAt(5);
  const runId = await rolledBack(world);
  const by = 'system:recovery';
  const resolved = {
    ...(await world.failure()),
    version: 2,
    status: 'resolved' as const,
    resolvedBy: by,
    resolvedAt: world.ports.now().toISOString(),
    how: 'recovery' as const,
    runId,
  };
  await world.ports.failures.saveState(resolved, { expectedVersion: 1 });
  await world.carryOut();
  const undo = await requestRecovery(world.ports, {
    failureId,
    by: 'U0ADA',
    strategy: 'undo',
    order: { undoes: runId },
  });
  if (undo.kind !== 'requested') throw new Error(undo.because);
  const said = await world.said();
  await world.carryOut();
  expect([await world.gate('shop'), await world.gate('web'), await world.said()]).toEqual(['go', 'go', said]);
  const ready = { kind: 'ready', plan: examplePlan, nonce: 'n'.repeat(16), sequence: 1 } as const;
  await recordReport(world.ports, reportOf(world, undo.run.id, ready));
  await world.carryOut();
  expect(await world.gate('shop')).toBe('go');
  for (const approver of ['U0BOB', 'U0CLEO']) {
    const yes = { failureId, runId: undo.run.id, by: approver, planHash: examplePlan.hash };
    expect((await approveRun(world.ports, yes)).kind).toBe('approved');
  }
  // Its gates are shut although whoever released it dies right after.
  const send = () => Promise.reject(new Error('the queue is away'));
  const dying = followRun({ ...world.ports, commands: { send } }, { failureId, runId: undo.run.id });
  await expect(dying).rejects.toThrow('the queue is away');
  expect((await world.run(undo.run.id)).run.state).toBe('running');
  expect(await due(world)).toBe(world.clock.at);
  await world.carryOut();
  expect([await world.gate('shop'), await world.gate('web')]).toEqual(['stop', 'stop']);
});

describe('a producer that is trusted', () => {
  const trusted = { recovery: { automaticFor: ['AROATRUSTED'] } };
  const reportedBy = async (world: EffectsWorld, source: string) => {
    const failure = await world.failure();
    await world.ports.failures.saveState(
      {
        ...failure,
        version: 2,
        report: { ...failure.report, source },
        lastAction: { ...failure.lastAction, id: 'source' },
        latestEntry: { ...failure.latestEntry, version: 2 },
      },
      { expectedVersion: 1 },
    );
  };

  it('has its level 3 failure rolled back without being asked', async () => {
    const world = await worldAt(3, trusted);
    await reportedBy(world, 'AROATRUSTED');
    await world.carryOut();
    expect(await world.runs()).toEqual([
      expect.objectContaining({ requestedBy: 'system:protocol', approvalsNeeded: 0, state: 'requested' }),
    ]);
  });

  it('has one a component an hour', async () => {
    const world = await worldAt(3, trusted);
    await reportedBy(world, 'AROATRUSTED');
    const turn = { name: 'automatic/shop', by: 'F-000000#1', at: world.ports.now(), everyMs: 3_600_000 };
    await world.ports.turns.take(turn);
    await world.carryOut();
    expect(await world.runs()).toEqual([]);
    expect((await world.said()).join('\n')).toContain('a rollback of shop ran by itself within the last hour');
  });

  it('is the only one that has', async () => {
    const world = await worldAt(3, trusted);
    await reportedBy(world, 'AROAOTHER');
    await world.carryOut();
    expect(await world.runs()).toEqual([]);
  });
});

describe('a pager', () => {
  const paged = async (answers: ('taken' | 'refused')[]) => {
    const world = await worldAt(5, { pager: { url: 'https://pager.example' }, recovery: { proposeRollback: false } });
    const keys: string[] = [];
    world.ports.pager = async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      return answers.shift() === 'taken' ? { kind: 'taken' } : { kind: 'refused', reason: 'it answered HTTP 500' };
    };
    return { ...world, keys };
  };

  it('that does not answer is called again when its time has come, under the same key', async () => {
    const world = await paged(['refused', 'refused', 'taken']);
    await world.carryOut();
    expect(await due(world)).toBe(world.clock.at + 5000);
    await world.carryOut();
    expect(world.keys).toHaveLength(1);
    world.clock.at += 5000;
    await world.carryOut();
    expect(await due(world)).toBe(world.clock.at + 15_000);
    world.clock.at += 15_000;
    await world.carryOut();
    expect(new Set(world.keys)).toEqual(new Set([`${failureId}#1`]));
    expect(world.keys).toHaveLength(3);
    expect(await due(world)).toBeUndefined();
    expect((await world.said()).at(-1)).toBe('The pager was told');
  });

  it('is called once, however many look at the failure at once, and again when whoever called has died', async () => {
    const world = await paged(['taken', 'taken']);
    const { pager } = world.ports;
    let calls = 0;
    world.ports.pager = async (page) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (++calls === 1) throw new Error('killed');
      return pager?.(page) ?? { kind: 'taken' };
    };
    await Promise.allSettled([world.carryOut(), world.carryOut(), world.carryOut()]);
    expect([calls, world.keys]).toEqual([1, []]);
    const again = await due(world);
    expect(again).toBe(world.clock.at + 10_000);
    world.clock.at = again ?? 0;
    await Promise.allSettled([world.carryOut(), world.carryOut()]);
    expect([calls, world.keys]).toEqual([2, [`${failureId}#1`]]);
    world.clock.at += 10_000;
    await world.carryOut();
    expect([calls, (await world.said()).at(-1)]).toEqual([2, 'The pager was told']);
  });

  it('that never answers is given up after some minutes, and people are told to call', async () => {
    const world = await paged([]);
    for (let minute = 0; minute < 12; minute++) {
      await world.carryOut();
      world.clock.at += 30_000;
    }
    expect(world.keys).toHaveLength(6);
    expect((await world.said()).at(-1)).toBe('The pager did not take it (it answered HTTP 500): call people yourself');
    expect(await due(world)).toBeUndefined();
  });
});

describe('killed after any of its calls to the world', () => {
  it.each([3, 4, 5] as const)('level %i ends the same', async (level) => {
    const outcome = async (world: EffectsWorld) => ({
      gates: (await world.ports.gates.read()).holders.map(({ scope, id }) => `${scope} ${id}`),
      items: (await world.items()).map((item) => [item?.id, item?.kind, item?.priority, item?.state]),
      held: (await world.runs()).filter(({ state }) => state !== 'cancelled').filter(({ id }) => id === heldBy(world))
        .length,
      postMortem: Boolean(await world.ports.postMortems.get(failureId, 1)),
      said: (await world.said()).toSorted(),
      response: (await world.failure()).response,
    });
    let holder: string | undefined;
    const heldBy = (_: EffectsWorld) => holder;
    const settle = async (world: EffectsWorld) => {
      await world.carryOut();
      const failure = await world.failure();
      holder = failure.status === 'recovering' ? failure.runId : undefined;
      return outcome(world);
    };
    const expected = await settle(await worldAt(level, { pager: { url: 'https://pager.example' } }));
    for (let calls = 1, goesOn = true; goesOn; calls++) {
      const world = await worldAt(level, { pager: { url: 'https://pager.example' } });
      const life: Life = { callsLeft: calls, isOver: false };
      const { failures, runs, gates, work, turns, pages, postMortems, hints } = world.ports;
      const dying = Object.fromEntries(
        Object.entries({ failures, runs, gates, work, turns, pages, postMortems, hints }).map(([name, port]) => [
          name,
          mortal(port, life),
        ]),
      );
      goesOn = await carryOutEffects({ ...world.ports, ...dying }, { failureId }).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof Killed)) throw error;
          return true;
        },
      );
      expect(await settle(world), `killed after call ${calls}`).toEqual(expected);
    }
  });
});

/** A rollback that worked, and can be undone. */
async function rolledBack(world: EffectsWorld) {
  const at = world.ports.now().toISOString();
  const id = world.ports.ids.runId();
  await world.ports.runs.create(
    {
      schema: 1,
      id,
      failureId,
      version: 1,
      episode: 1,
      strategy: 'rollback-and-retry',
      order: {},
      dryRun: false,
      component: 'shop',
      runner: 'demo',
      requestedBy: 'U0ADA',
      requestedAt: at,
      approvalsNeeded: 0,
      approvals: [],
      steps: [],
      lastAction: { id: 'done', by: 'runner:demo', at },
      state: 'succeeded',
      plan: { hash: 'a'.repeat(64), summary: 'back', items: [], total: 0 },
      nonce: 'n'.repeat(16),
      startedAt: at,
      heartbeatAt: at,
      endedAt: at,
      reason: 'Rolled back',
      refs: ['refs/kintsugi/before'],
      failedChange: { ref: 'refs/kintsugi/failed/R-1', files: 2, linesAdded: 10, linesRemoved: 3, paths: ['cart.js'] },
      canUndo: true,
    },
    {},
  );
  return id;
}

it('a rollback that worked leaves an item for the smaller change, which links what was taken back', async () => {
  const world = await worldAt(3);
  await rolledBack(world);
  await world.carryOut();
  await world.carryOut();
  const smaller = (await world.items()).filter((item) => item?.title.startsWith('Smaller change'));
  expect(smaller).toEqual([
    expect.objectContaining({
      title: 'Smaller change, with a test: two tests fail',
      notes: expect.stringContaining('refs/kintsugi/failed/R-1 (2 files, +10 −3 lines)'),
      filesTouched: 2,
      component: 'shop',
    }),
  ]);
});

it('a debt item that somebody finishes takes no other failure’s effects with it', async () => {
  const world = await worldAt(2);
  await world.carryOut();
  const claim = await claimNext(world.ports, { holder: 'agent-1' });
  if (claim.kind !== 'claimed') throw new Error('nothing to claim');
  await finishWork(world.ports, { id: claim.item.id, token: claim.item.lease.token });
  await world.carryOut();
  // Who mended it says so on the failure: a fix that is done is not a failure that is over.
  expect((await world.failure()).status).toBe('open');
  expect(await world.items()).toEqual([expect.objectContaining({ state: 'done' })]);
});

describe('a resolved failure', () => {
  it('is forgotten when policy says so, and not while it is open again', async () => {
    const world = await worldAt(2, { retention: { resolvedDays: 60 } });
    const { ports } = world;
    const forgetDue = async () => (await ports.failures.get(failureId))?.dues;
    await resolveFailure(ports, { failureId, by: 'U0ADA' });
    await world.carryOut();
    const { failure } = (await ports.failures.get(failureId)) ?? {};
    if (failure?.status !== 'resolved') throw new Error('not resolved');
    const day = 24 * 3_600_000;
    expect(await forgetDue()).toMatchObject({ forget: Date.parse(failure.resolvedAt) + 60 * day });
    await reopenFailure(ports, { failureId, by: 'U0ADA' });
    await world.carryOut();
    expect(await forgetDue()).not.toHaveProperty('forget');
    expect(forgetAt({ ...failure, workaround: { text: 'by hand' } as never }, ports.policy)).toBeUndefined();
    await resolveFailure(ports, { failureId, by: 'U0ADA' });
    await world.carryOut();
    world.clock.at += 60 * day;
    await world.carryOut();
    expect(await ports.failures.get(failureId)).toBeUndefined();
    await world.carryOut();
  });
});

// Guards against a failure that stays "recovering" for ever: its run was cancelled at the very moment at which it took the hold.
it('lets go of a failure that a cancelled run still holds', async () => {
  const world = await recoveryWorld({ level: 4 });
  const { ports } = world;
  await carryOutEffects(ports, { failureId });
  const held = await world.failure();
  if (held.status !== 'recovering') throw new Error('nothing was proposed');
  const { run } = await world.run(held.runId);
  const end = { state: 'cancelled', endedAt: ports.now().toISOString(), reason: 'It was broken off.' };
  const next = RecoveryRun.parse({ ...run, ...end, version: run.version + 1 });
  await ports.runs.save(next, { expectedVersion: run.version, dues: {} });
  await carryOutEffects(ports, { failureId });
  expect((await world.failure()).status).not.toBe('recovering');
});
