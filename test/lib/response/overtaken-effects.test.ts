import { expect, it } from 'vitest';
import { recur } from '../../../lib/failure/moves/by-signals.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { carryOutEffects } from '../../../lib/response/carry-out-effects.ts';
import { failureId, type RecoveryWorld, recoveryWorld } from '../recovery/recovery-world.ts';

const fixItems = async ({ work }: Awaited<ReturnType<typeof recoveryWorld>>['ports']) => {
  const lists = (['pending', 'in-progress', 'done'] as const).map((state) => work.list({ state, limit: 50 }));
  const lines = (await Promise.all(lists)).flatMap((list) => list.lines);
  return Promise.all(lines.map(async ({ id }) => (await work.get(id))?.item.state));
};

async function happensAgain({ ports, clock }: Pick<RecoveryWorld, 'ports' | 'clock'>) {
  clock.at += 60_000;
  const stored = await ports.failures.get(failureId);
  if (!stored) throw new Error('lost');
  const again = recur(stored.failure, {
    by: 'system:ingest',
    at: ports.now(),
    actionId: 'again',
    occurredAt: ports.now(),
    level: 3,
    levelReasons: ['two tests fail'],
    report: stored.failure.report,
  });
  await ports.failures.saveState(again.failure, { expectedVersion: stored.failure.version });
}

it('closes the fix item of an episode that was resolved and overtaken before anybody looked', async () => {
  const { ports, clock } = await recoveryWorld({ level: 3 });
  await carryOutEffects(ports, { failureId });
  await resolveFailure(ports, { failureId, by: 'U0ADA' });
  await happensAgain({ ports, clock });
  await carryOutEffects(ports, { failureId });
  expect((await fixItems(ports)).sort()).toEqual(['done', 'pending']);
});

it('does not say that a gate is open while somebody else holds it', async () => {
  const { ports } = await recoveryWorld({ level: 3 });
  await carryOutEffects(ports, { failureId });
  await shutGate(ports, {
    scope: 'shop',
    id: 'hand#U0ADA',
    mode: 'stop',
    reason: 'Stock-taking',
    opens: 'by hand',
    by: 'U0ADA',
    since: ports.now().toISOString(),
  });
  await resolveFailure(ports, { failureId, by: 'U0ADA' });
  await carryOutEffects(ports, { failureId });
  const said = (await ports.failures.timeline(failureId)).map(({ text }) => text).join('\n');
  expect(said).toContain('Gate shut: ');
  expect(said).not.toContain('Gate open again');
  expect((await ports.gates.read()).holders.map(({ id }) => id)).toEqual(['hand#U0ADA']);
});

it('completes the post-mortem of an episode that was overtaken, with what was known of it and how it ended', async () => {
  const { ports, clock } = await recoveryWorld({ level: 4 });
  await carryOutEffects(ports, { failureId });
  clock.at += 300_000;
  await resolveFailure(ports, { failureId, by: 'U0ADA' });
  await happensAgain({ ports, clock });
  await carryOutEffects(ports, { failureId });
  const postMortem = await ports.postMortems.get(failureId, 1);
  const { timeline, impact } = postMortem?.sections ?? { timeline: [], impact: [] };
  expect(timeline.at(-1)).toContain('Resolved by hand');
  expect(impact).toEqual(['shop', 'Seen once.', 'Over after 5 minutes.']);
  await carryOutEffects(ports, { failureId });
  expect((await ports.postMortems.get(failureId, 1))?.version).toBe(postMortem?.version);
});

it.each([
  ['resolved', async () => undefined],
  ['resolved, and happened again', happensAgain],
])('opens the post-mortem of what was %s before anybody looked', async (_what, andThen) => {
  const { ports, clock } = await recoveryWorld({ level: 4 });
  await resolveFailure(ports, { failureId, by: 'U0ADA' });
  await andThen({ ports, clock });
  await carryOutEffects(ports, { failureId });
  const postMortem = await ports.postMortems.get(failureId, 1);
  expect(postMortem?.because).toMatch(/^Level 4/);
  expect(postMortem?.sections.timeline.join('\n')).toContain('Resolved by hand');
  // The next episode is of level 3 alone.
  expect(await ports.postMortems.get(failureId, 2)).toBeUndefined();
});
