import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What somebody did in a hurry, three times. The level is never said: it is worked out from what then fails.
 * 3: a discount, in a new file, and a cart that asks it. The discount reads a rule that is not there, so the cart, a core route,
 *    answers 500, and every test of it fails.
 * 4: a cart that needs a file which nobody added, so the shop does not even load.
 * 5: orders go to a place that was never set, so customers can put things into the cart and buy nothing.
 */
export const brokenLevels = [3, 4, 5] as const;
export type BrokenLevel = (typeof brokenLevels)[number];

/** What was being done, as the title of what fails of it says. */
export const brokenWork: Record<BrokenLevel, string> = {
  3: 'This week’s discount',
  4: 'Vouchers',
  5: 'A new place for orders',
};

const discount = `import { existsSync } from 'node:fs';
import { readRules } from './rules.js';

/** The price after this week's discount, in cents. */
export function discounted(price) {
  if (existsSync(new URL('./discounts.off', import.meta.url))) return price;
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
export async function breakShop(workTree: string, level: BrokenLevel = 3): Promise<void> {
  // A workaround from the last time would hide it.
  await rm(join(workTree, 'discounts.off'), { force: true });
  if (level === 4) return edit(workTree, 'cart.js', (text) => `import { voucherOf } from './vouchers.js';\n${text}`);
  if (level === 5)
    return edit(workTree, 'orders.js', (text) => text.replace('join(pending, ', 'join(process.env.SHOP_STORE, '));
  await writeFile(join(workTree, 'discount.js'), discount);
  await writeFile(join(workTree, 'rules.js'), rules);
  await edit(workTree, 'cart.js', (text) =>
    `import { discounted } from './discount.js';\n${text}`
      .replace('price: product.price', 'price: discounted(product.price)')
      .replace('(sum, line) => sum + line.price, 0)', '(sum, line) => sum + line.price, discounted(0))'),
  );
}

/** Done twice it is done once. */
async function edit(workTree: string, name: string, change: (text: string) => string): Promise<void> {
  const path = join(workTree, name);
  const before = await readFile(path, 'utf8');
  if (!/discounted|voucherOf|SHOP_STORE/.test(before)) await writeFile(path, change(before));
}
