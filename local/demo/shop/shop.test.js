import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const orders = mkdtempSync(join(tmpdir(), 'shop-orders-'));
process.env.SHOP_ORDERS = orders;
const { shop } = await import('./server.js');

let server;
let url;

before(async () => {
  server = shop();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.close();
  rmSync(orders, { recursive: true });
});

async function get(path) {
  const response = await fetch(url + path);
  return { status: response.status, body: await response.json() };
}

test('GET /health answers', async () => {
  assert.equal((await get('/health')).status, 200);
});

test('GET /products lists every product with its price', async () => {
  const { status, body } = await get('/products');
  assert.equal(status, 200);
  assert.deepEqual(
    body.map(({ id, price }) => [id, price]),
    [
      ['tea', 450],
      ['cup', 2800],
      ['bowl', 3900],
    ],
  );
});

test('GET /cart adds up one product', async () => {
  assert.deepEqual(await get('/cart?items=tea'), {
    status: 200,
    body: { lines: [{ id: 'tea', name: 'Green tea', price: 450 }], total: 450 },
  });
});

test('GET /cart adds up several products', async () => {
  assert.equal((await get('/cart?items=tea,cup,bowl')).body.total, 7150);
});

test('GET /cart adds up an empty cart to nothing', async () => {
  assert.deepEqual(await get('/cart'), { status: 200, body: { lines: [], total: 0 } });
});

test('GET /cart refuses an unknown product', async () => {
  assert.equal((await get('/cart?items=car')).status, 400);
});

test('POST /orders keeps the order for the packers', async () => {
  const { status } = await fetch(`${url}/orders?items=tea`, { method: 'POST' });
  assert.equal(status, 200, 'the shop cannot take orders');
  assert.equal(readdirSync(join(orders, 'pending')).length, 1);
});
