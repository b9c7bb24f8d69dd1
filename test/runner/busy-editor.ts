import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Saves each item once more, as editors do, in the very moment in which it gets its new name or goes aside, or at any other.
const [queue = '', how, rounds] = process.argv.slice(2);

for (let round = 0; round < Number(rounds); round++) {
  const name = `item-${round}.yml`;
  const item = join(queue, 'failed', name);
  const aside = join(queue, 'failed', '.kintsugi-moving', name);
  const [first, last] = ['first', 'last'].map((save) => {
    const draft = join(queue, 'failed', `.${save}.draft`);
    writeFileSync(draft, `id: ${save}-${how}-${round}\n`);
    return draft;
  }) as [string, string];
  const end = performance.now() + Math.random() * 3;
  renameSync(first, item);
  const isNow = [() => existsSync(join(queue, 'pending', name)), () => existsSync(aside), () => false][round % 3];
  while (!isNow?.() && performance.now() < end);
  if (how === 'rename') renameSync(last, item);
  else writeFileSync(item, `id: last-${how}-${round}\n`);
  // Set aside for a moment is not taken away: it may come back.
  while (existsSync(item) || existsSync(aside) || existsSync(item));
}
