import type { Json } from '../../page-api.ts';
import { type Reason, reason } from './reasons.ts';
import { characters } from './text.ts';
import { elementsOf, placedBlocks } from './walk.ts';

/** What no single block can know: ids that repeat, and elements that may stand only once. */
export function repeatedIds(blocks: Json[], root: readonly PropertyKey[]): Reason[] {
  const reasons: Reason[] = [];
  const seen = new Set<unknown>();
  for (const { block, path } of placedBlocks(blocks, root)) {
    const { block_id } = block;
    if (block_id !== undefined && seen.has(block_id)) {
      reasons.push(reason(`\`block_id\` already exists: ${String(block_id)}`, [...path, 'block_id']));
    }
    seen.add(block_id);
    const actionIds = new Set<unknown>();
    for (const { element, path: inside } of elementsOf(block)) {
      const { action_id } = element;
      if (action_id !== undefined && actionIds.has(action_id)) {
        const where = [...path, ...inside, 'action_id'];
        reasons.push(reason(`\`action_id\` already exists: ${String(action_id)}`, where));
      }
      actionIds.add(action_id);
    }
  }
  return reasons;
}

export function focusedTwice(blocks: Json[], root: readonly PropertyKey[]): Reason[] {
  const focused = blocks.flatMap((block) => elementsOf(block)).filter(({ element }) => element.focus_on_load === true);
  return focused.length > 1 ? [reason('only one element can have `focus_on_load` set to true', root)] : [];
}

export function tooManyOf(blocks: Json[], types: string[], max: number): boolean {
  return blocks.filter((block) => types.includes(String(block.type))).length > max;
}

/** Everything a person could read in these blocks, in characters. */
export function textTotal(part: unknown): number {
  if (Array.isArray(part)) return part.reduce<number>((sum, item) => sum + textTotal(item), 0);
  if (typeof part !== 'object' || part === null) return 0;
  return Object.entries(part).reduce(
    (sum, [key, value]) => sum + (key === 'text' && typeof value === 'string' ? characters(value) : textTotal(value)),
    0,
  );
}

// Slack publishes no number. It has refused 11,341 characters in rich text and 13,297 in markdown alone.
const mixedCeiling = 11_000;
const markdownCeiling = 12_000;

export function isOverTextBudget(blocks: Json[]): boolean {
  const markdownOnly = blocks.every((block) => block.type === 'markdown');
  return textTotal(blocks) > (markdownOnly ? markdownCeiling : mixedCeiling);
}

export function tableTextTotal(blocks: Json[]): number {
  return textTotal(blocks.filter((block) => block.type === 'table' || block.type === 'data_table'));
}
