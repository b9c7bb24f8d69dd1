import { createServer } from 'node:http';

/** What customers see: it asks the shop, and is as well as the shop is. */
export function storefront({ shopUrl }) {
  return createServer(async (request, response) => {
    const isHealth = request.url === '/health';
    const answer = await fetch(`${shopUrl}${isHealth ? '/health' : '/products'}`).catch(() => undefined);
    response.writeHead(answer?.ok ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
    if (!answer?.ok) return response.end('The shop does not answer.\n');
    if (isHealth) return response.end('well\n');
    const products = await answer.json();
    response.end(products.map(({ name, price }) => `${name}: ${price / 100}\n`).join(''));
  });
}
