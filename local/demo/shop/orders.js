import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = process.env.SHOP_ORDERS ?? join(import.meta.dirname, 'orders');

/** Puts an order where the packers take it from. */
export async function takeOrder(items) {
  const order = { id: randomUUID(), items };
  const pending = join(folder, 'pending');
  await mkdir(pending, { recursive: true });
  await writeFile(join(pending, `${order.id}.yml`), `id: ${order.id}\nitems: [${items.join(', ')}]\n`);
  return order;
}
