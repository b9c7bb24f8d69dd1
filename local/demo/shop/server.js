import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { cartOf } from './cart.js';
import { products } from './catalogue.js';
import { takeOrder } from './orders.js';

const itemsOf = (query) => (query.get('items') ?? '').split(',').filter(Boolean);
const routes = {
  'GET /health': () => ({ ok: true }),
  'GET /products': () => [...products].map(([id, product]) => ({ id, ...product })),
  'GET /cart': (query) => cartOf(itemsOf(query)),
  'POST /orders': (query) => takeOrder(itemsOf(query)),
};

export function shop() {
  return createServer(async (request, response) => {
    const url = new URL(request.url, 'http://shop');
    const answer = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const route = routes[`${request.method} ${url.pathname}`];
    if (!route) return answer(404, { error: 'not found' });
    try {
      answer(200, await route(url.searchParams));
    } catch (error) {
      answer(error instanceof RangeError ? 400 : 500, { error: error.message });
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const server = shop().listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
    console.log(`Shop: http://localhost:${server.address().port}`);
  });
}
