import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { storeContracts } from './stores.ts';

const stores = memoryStores();

storeContracts(
  'memory',
  () => stores,
  async (month) =>
    [...stores.world.rejected].flatMap(([name, rejected]) =>
      name.startsWith(`${month}/`) ? [{ ...rejected, at: rejected.at.toISOString() }] : [],
    ),
);
