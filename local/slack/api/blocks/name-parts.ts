import { randomBytes } from 'node:crypto';
import type { Json } from '../../page-api.ts';
import { allBlocks, elementsOf } from './walk.ts';

const shortId = () => randomBytes(4).toString('base64url').slice(0, 5);

/** Slack gives a block_id and an action_id to every part that came without one. The given blocks stay as they are. */
export function nameParts(given: readonly Json[]): Json[] {
  const blocks = structuredClone([...given]);
  for (const block of allBlocks(blocks)) {
    block.block_id ??= shortId();
    for (const { element } of elementsOf(block)) element.action_id ??= shortId();
  }
  return blocks;
}
