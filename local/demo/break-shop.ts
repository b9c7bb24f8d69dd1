import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What somebody did in a hurry: a discount, in a new file, and a cart that asks it. The discount reads a rule that is not
 * there, so the cart, a core route, answers 500, and every test of it fails.
 */
const discount = `import { readRules } from './rules.js';

/** The price after this week's discount, in cents. */
export function discounted(price) {
  const { percent } = readRules().thisWeek;
  return Math.round(price * (1 - percent / 100));
}
`;
const rules = `/** This week's discounts, by week. */
export function readRules() {
  return { lastWeek: { percent: 10 } };
}
`;

/** Breaks the shop in its work tree, the same way each time. The other files are left alone. */
export async function breakShop(workTree: string): Promise<void> {
  await writeFile(join(workTree, 'discount.js'), discount);
  await writeFile(join(workTree, 'rules.js'), rules);
  const cart = join(workTree, 'cart.js');
  const before = await readFile(cart, 'utf8');
  if (before.includes('discounted')) return;
  await writeFile(
    cart,
    `import { discounted } from './discount.js';\n${before
      .replace('price: product.price', 'price: discounted(product.price)')
      .replace('(sum, line) => sum + line.price, 0)', '(sum, line) => sum + line.price, discounted(0))')}`,
  );
}
