import { describe, expect, it } from 'vitest';
import { GateRegistry } from '../../../lib/gate/gate.ts';
import { gateAnswer } from '../../../lib/gate/may-go-on.ts';
import { noteCanary } from '../../../lib/gate/note-canary.ts';
import { openGate } from '../../../lib/gate/open-gate.ts';
import { publishRegistry } from '../../../lib/gate/publish-registry.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { at, draft, failureId, gateWorld, otherId } from './gate-samples.ts';

const ask = async ({ ports }: ReturnType<typeof gateWorld>, workItemId: string) =>
  gateAnswer(await ports.gates.read(), { component: 'api', workItemId }, ports.now());

/** Past its hold, with W-1 as the canary. */
async function withCanary() {
  const world = gateWorld();
  await shutGate(world.ports, draft());
  world.goTo(15);
  const answer = await ask(world, 'W-1');
  if (answer.kind !== 'go') throw new Error('no canary was let through');
  const claim = { what: 'claimed' as const, holders: answer.canaryOf, until: at(45) };
  const claims = await Promise.all(
    ['W-1', 'W-2', 'W-3'].map((workItemId) => noteCanary(world.ports, { ...claim, workItemId })),
  );
  expect(claims.map(({ kind }) => kind)).toEqual(['noted', 'lost', 'lost']);
  return world;
}

describe('shutting a gate', () => {
  it('happens once: the second time changes nothing', async () => {
    const { ports, holders } = gateWorld();
    const shut = await Promise.all([shutGate(ports, draft()), shutGate(ports, draft())]);
    expect(shut.map(({ kind }) => kind).sort()).toEqual(['shut', 'unchanged']);
    expect(await holders()).toHaveLength(1);
  });

  it('by hand again with another reason says the new one; the protocol’s other words change nothing', async () => {
    const { ports, holders } = gateWorld();
    await shutGate(ports, draft({ id: 'hand#U1' }));
    await shutGate(ports, draft({ id: 'hand#U1', reason: 'now the till, too' }));
    const before = await shutGate(ports, draft());
    expect((await shutGate(ports, draft({ reason: 'said otherwise' }))).kind).toBe('unchanged');
    expect(before.kind).toBe('shut');
    const byHand = (await holders()).find(({ id }) => id === 'hand#U1');
    expect(byHand?.reason).toBe('now the till, too');
  });

  it('holds until the later of two ends, and belongs to the failure that renewed it', async () => {
    const { ports, holders, goTo } = gateWorld();
    await shutGate(ports, draft());
    goTo(5);
    const renewed = await shutGate(ports, draft({ until: at(120), failureId: otherId, since: at(5) }));
    expect(renewed.kind).toBe('extended');
    expect((await shutGate(ports, draft({ until: at(20), failureId, since: at(-5) }))).kind).toBe('unchanged');
    expect(await holders()).toMatchObject([{ until: at(120), failureId: otherId, mode: 'hold' }]);
  });

  it('does not shut what was opened after the reason arose, nor what is over by now', async () => {
    const { ports, goTo, holders } = gateWorld();
    await shutGate(ports, draft());
    goTo(3);
    expect(await openGate(ports, { scope: 'api', by: 'U1' })).toHaveLength(1);
    expect((await shutGate(ports, draft())).kind).toBe('opened-since');
    goTo(2000);
    expect((await shutGate(ports, draft({ scope: 'db' }))).kind).toBe('over');
    expect((await shutGate(ports, draft({ mode: 'split', scope: 'db', until: at(1000) }))).kind).toBe('over');
    expect(await holders()).toEqual([]);
  });

  it('shuts again what opened because its reason was gone', async () => {
    const { ports } = gateWorld();
    await shutGate(ports, draft());
    await openGate(ports, { scope: 'api', id: 'cause#quota', by: 'system:protocol' });
    expect((await shutGate(ports, draft())).kind).toBe('shut');
  });
});

describe('the canary', () => {
  it('opens the gate for all when it is done, and twice is once', async () => {
    const world = await withCanary();
    expect((await ask(world, 'W-2')).kind).toBe('hold');
    await noteCanary(world.ports, { what: 'done', workItemId: 'W-2' });
    expect((await ask(world, 'W-2')).kind).toBe('hold');
    await noteCanary(world.ports, { what: 'done', workItemId: 'W-1' });
    await noteCanary(world.ports, { what: 'done', workItemId: 'W-1' });
    expect(await ask(world, 'W-2')).toEqual({ kind: 'go', canaryOf: [] });
    // The failure that shut it is still open: its reason is an old one now.
    expect((await shutGate(world.ports, draft())).kind).toBe('opened-since');
  });

  it('renews the hold when it fails, twice as long each time, or until the end that it names', async () => {
    const world = await withCanary();
    const fail = (workItemId: string, until?: string) => noteCanary(world.ports, { what: 'failed', workItemId, until });
    await fail('W-1');
    await fail('W-1');
    expect(await world.holders()).toMatchObject([
      { mode: 'hold', until: at(30), failedCanaries: 1, opens: expect.stringContaining('at its time') },
    ]);
    world.goTo(30);
    await noteCanary(world.ports, {
      what: 'claimed',
      workItemId: 'W-4',
      holders: await world.holders(),
      until: at(60),
    });
    await fail('W-4');
    expect(await world.holders()).toMatchObject([{ until: at(60), failedCanaries: 2 }]);
    world.goTo(60);
    await noteCanary(world.ports, {
      what: 'claimed',
      workItemId: 'W-5',
      holders: await world.holders(),
      until: at(90),
    });
    await fail('W-5', at(300));
    expect(await world.holders()).toMatchObject([{ until: at(300), failedCanaries: 3 }]);
    expect((await ask(world, 'W-6')).kind).toBe('hold');
  });

  it('lets the next one try when it is given back, when its time runs out, or when it failed by something else', async () => {
    for (const end of ['released', 'expired', 'something else'] as const) {
      const world = await withCanary();
      if (end === 'released') await noteCanary(world.ports, { what: 'released', workItemId: 'W-1' });
      else if (end === 'expired') world.goTo(45);
      else await noteCanary(world.ports, { what: 'failed', workItemId: 'W-1', cause: 'other' });
      expect((await ask(world, 'W-2')).kind).toBe('go');
    }
  });

  it('takes all of several gates, or none', async () => {
    const { ports, holders } = gateWorld();
    for (const scope of ['api', 'db']) await shutGate(ports, draft({ scope, mode: 'canary' }));
    const both = await holders();
    const [, second] = both;
    if (second) await noteCanary(ports, { what: 'claimed', workItemId: 'W-9', holders: [second], until: at(9) });
    const lost = await noteCanary(ports, { what: 'claimed', workItemId: 'W-1', holders: both, until: at(9) });
    expect(lost).toEqual({ kind: 'lost' });
    expect((await holders()).map(({ canary }) => canary?.workItemId)).toEqual([undefined, 'W-9']);
  });
});

it('publishes the registry once, and again when kintsugi.yml says something else', async () => {
  const { ports } = gateWorld();
  expect(await publishRegistry(ports)).toBe('published');
  expect(await publishRegistry(ports)).toBe('unchanged');
  expect((await ports.gates.read()).registry?.dependsOn.agent).toEqual(['api', 'account:claude']);
  expect(await publishRegistry({ ...ports, policy: { components: {} } })).toBe('published');
});

it('writes a registry anew that it cannot understand, and says when the table is away', async () => {
  const { ports } = gateWorld();
  const whose = (error: unknown) => ({ ...ports, gates: { ...ports.gates, registry: () => Promise.reject(error) } });
  const strange = GateRegistry.safeParse({ schema: 2 }).error;
  expect(await publishRegistry(whose(strange))).toBe('published');
  await expect(publishRegistry(whose(new Error('the table is away')))).rejects.toThrow('the table is away');
});
