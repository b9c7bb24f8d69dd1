import { expect, it } from 'vitest';
import type { Failure } from '../../../lib/failure/failure.ts';
import { FailureId } from '../../../lib/failure/ids.ts';
import { mergeFailures } from '../../../lib/failure/merge-failures.ts';
import { splitFailure } from '../../../lib/failure/split-failure.ts';
import { publishRegistry } from '../../../lib/gate/publish-registry.ts';
import { carryOutEffects } from '../../../lib/response/carry-out-effects.ts';
import { openFailure } from '../../contracts/stores/samples.ts';
import { failureId as older, recoveryWorld } from '../recovery/recovery-world.ts';

const younger = FailureId.parse('F-9XQ2MN');
const by = 'U0ADA';

async function twoFailures() {
  const world = await recoveryWorld({ level: 2 });
  const { ports } = world;
  await publishRegistry(ports);
  const firstOpenedAt = ports.now().toISOString();
  const other = openFailure({ id: younger, component: 'shop', level: 4, title: 'Orders are lost', firstOpenedAt });
  await ports.failures.open(other, { effects: 0 });
  // Nobody looked for a rollback yet: the proposal would hold the failure.
  ports.policy.recovery.proposeRollback = false;
  const effects = async () => {
    for (const failureId of [older, younger]) await carryOutEffects(ports, { failureId });
  };
  const holders = async () => (await ports.gates.held()).holders.map(({ failureId }) => failureId);
  const read = async (id: FailureId) => (await ports.failures.get(id))?.failure as Failure;
  const fixes = async () => {
    const { lines } = await ports.work.list({ state: 'pending', limit: 50 });
    const items = await Promise.all(lines.map(({ id }) => ports.work.get(id)));
    return items.map((one) => one?.item.failureId);
  };
  await effects();
  return { ports, effects, holders, read, fixes };
}

it('what the younger one ordered is ordered by the older from then on, and by itself again after a split', async () => {
  const { ports, effects, holders, read, fixes } = await twoFailures();
  expect(new Set(await holders())).toEqual(new Set([younger]));
  expect(new Set(await fixes())).toEqual(new Set([older, younger]));

  await mergeFailures(ports, { ids: [younger, older], by });
  await effects();
  expect(await read(older)).toMatchObject({ level: 4, absorbed: [{ failureId: younger }] });
  expect(new Set(await holders())).toEqual(new Set([older]));
  expect(new Set(await fixes())).toEqual(new Set([older]));

  await splitFailure(ports, { failureId: younger, by });
  await effects();
  expect(new Set(await holders())).toEqual(new Set([older, younger]));
  expect(new Set(await fixes())).toEqual(new Set([older, younger]));
});

it('whoever dies between the two writes is followed by the effects', async () => {
  const { ports, effects, read, holders } = await twoFailures();
  const dead: typeof ports = {
    ...ports,
    failures: {
      ...ports.failures,
      async saveState(failure, options) {
        if (failure.id === older) throw new Error('killed');
        return ports.failures.saveState(failure, options);
      },
    },
  };
  await expect(mergeFailures(dead, { ids: [older, younger], by })).rejects.toThrow('killed');
  expect(await read(older)).not.toHaveProperty('absorbed');
  await effects();
  expect(await read(older)).toMatchObject({ level: 4, absorbed: [{ failureId: younger }] });

  await expect(splitFailure(dead, { failureId: younger, by })).rejects.toThrow('killed');
  await effects();
  expect(await read(older)).toMatchObject({ absorbed: [], apartFrom: [younger] });
  expect(new Set(await holders())).toEqual(new Set([older, younger]));
});
