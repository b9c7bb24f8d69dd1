import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const icon = /\p{Extended_Pictographic}/gu;
const iconsOf = (text: string) => new Set(text.match(icon));
const page = readFileSync(join(root, 'docs/style.md'), 'utf8');
/** The first cell of a row that begins with an icon. */
const explained = iconsOf((page.match(/^\| \p{Extended_Pictographic}.*? \|/gmu) ?? []).join());

it('explains every icon of Slack in docs/style.md, once, and none that is gone', () => {
  const code = globSync(['lib/{adapters/slack,pattern,checklist}/**/*.ts', 'runner/**/*.ts'], { cwd: root });
  // Signs that a program prints are looked for there, not shown.
  const shown = code.filter((path) => !/(?:cause-of|telling-lines)\.ts$/.test(path));
  const used = iconsOf(shown.map((path) => readFileSync(join(root, path), 'utf8')).join('\n'));
  expect([...explained].sort()).toEqual([...used].sort());
  expect(page.match(/^\| \p{Extended_Pictographic}/gmu)).toHaveLength(explained.size);
});
