import { products } from './catalogue.js';

/** The cart's lines and total, in cents; an unknown product is a client's mistake. */
export function cartOf(items) {
  const lines = items.map((id) => {
    const product = products.get(id);
    if (!product) throw new RangeError(`unknown product ${id}`);
    return { id, name: product.name, price: product.price };
  });
  return { lines, total: lines.reduce((sum, line) => sum + line.price, 0) };
}
