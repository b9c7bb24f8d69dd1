import { describe, expect, it } from 'vitest';
import { keepDebt } from '../../../lib/recovery/debt.ts';
import { adjustedFix } from '../../../lib/response/fix-item.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { failWork } from '../../../lib/work/fail-work.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { lookAtWork } from '../../../lib/work/look-at-work.ts';
import { reorderWork } from '../../../lib/work/reorder-work.ts';
import { retryWork } from '../../../lib/work/retry-work.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import { changeItem } from '../../../runner/mirror/queue-side.ts';
import { workWorld } from './work-world.ts';

const id = WorkItemId.parse('W-1');

async function claimed() {
  const world = workWorld();
  await world.add({ id });
  const claim = await claimNext(world.ports, { holder: 'ann', leaseMinutes: 5 });
  if (claim.kind !== 'claimed') throw new Error('nothing was handed out');
  return { ...world, token: claim.item.lease.token };
}

async function runOut({ ports, pass }: Awaited<ReturnType<typeof claimed>>) {
  pass(6);
  await lookAtWork({ ...ports, log: () => undefined, remindOfWork: async () => undefined }, { workItemId: id });
}

describe('an item that is given another place', () => {
  it('is done when its worker finishes after the lease ran out, however often it was moved', async () => {
    const world = await claimed();
    await runOut(world);
    for (const priority of [20, 10]) await reorderWork(world.ports, { id, priority, by: 'U9' });
    const end = await finishWork(world.ports, { id, token: world.token });
    expect(end).toMatchObject({ kind: 'ended', isRepeated: false, item: { state: 'done' } });
    expect((await world.item(id)).lastAction.by).toBe('system:sweep');
  });

  it('counts the attempt once when its worker says late that it failed', async () => {
    const world = await claimed();
    await runOut(world);
    await reorderWork(world.ports, { id, priority: 10, by: 'U9' });
    await failWork(world.ports, { id, token: world.token, summary: 'the shop is closed' });
    expect(await world.item(id)).toMatchObject({ state: 'failed', failedAttempts: 1 });
  });

  it('answers the repetition of its failure as before', async () => {
    const { ports, token } = await claimed();
    const attempt = { id, token, summary: 'the shop is closed' };
    await failWork(ports, attempt);
    await reorderWork(ports, { id, priority: 10, by: 'U9' });
    expect(await failWork(ports, attempt)).toMatchObject({ kind: 'ended', isRepeated: true });
  });

  it('is done by its worker also when another grade of its failure moved it meanwhile', async () => {
    const world = await claimed();
    await runOut(world);
    const move = { by: 'system:protocol', at: world.ports.now(), actionId: 'graded' };
    const before = await world.item(id);
    const graded = adjustedFix(before, { order: 'urgent', kind: 'urgent-fix', priority: 20 }, { was: 'head', move });
    if (!graded) throw new Error('another grade did not move it');
    await world.ports.work.save(graded, { expectedVersion: before.version, dues: {} });
    expect(await finishWork(world.ports, { id, token: world.token })).toMatchObject({ item: { state: 'done' } });
  });

  it('is done by its worker also when the workaround that it removes was put off meanwhile', async () => {
    const world = await claimed();
    await runOut(world);
    const removeBy = new Date(world.ports.now().getTime() + 86_400_000).toISOString();
    const at = world.ports.now().toISOString();
    const workaround = { text: 'cron restarts it', by: 'U9', at, removeBy, renewals: 1, workItemId: id };
    await keepDebt(world.ports as never, { id: 'F-7K3Q9D', component: 'shop', workaround } as never);
    expect(await world.item(id)).toMatchObject({ dueAt: removeBy, renewals: 1 });
    expect(await finishWork(world.ports, { id, token: world.token })).toMatchObject({ item: { state: 'done' } });
  });

  it('is done by its worker also when its file was edited meanwhile', async () => {
    const world = await claimed();
    await runOut(world);
    const { version: expectedVersion } = await world.item(id);
    const values = { title: 'in other words' };
    const fields = { names: ['title' as const], values: values as never };
    await changeItem({ ports: world.ports, holder: 'mirror' } as never, id, { fields, expectedVersion });
    expect(await world.item(id)).toMatchObject(values);
    expect(await finishWork(world.ports, { id, token: world.token })).toMatchObject({ item: { state: 'done' } });
  });

  it('is lost for its worker as soon as somebody else was handed it', async () => {
    const world = await claimed();
    await runOut(world);
    await reorderWork(world.ports, { id, priority: 10, by: 'U9' });
    await claimNext(world.ports, { holder: 'bob' });
    await reorderWork(world.ports, { id, priority: 5, by: 'U9' });
    expect(await finishWork(world.ports, { id, token: world.token })).toMatchObject({ kind: 'lost' });
  });

  it('is lost for a claim that failed once it is to be tried again', async () => {
    const { ports, token } = await claimed();
    await failWork(ports, { id, token, summary: 'no' });
    await reorderWork(ports, { id, priority: 10, by: 'U9' });
    await retryWork(ports, { id, by: 'U9' });
    expect(await failWork(ports, { id, token, summary: 'no' })).toMatchObject({ kind: 'lost' });
  });
});
