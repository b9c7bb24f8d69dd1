import type { Json } from '../../page-api.ts';

export interface PlacedElement {
  element: Json;
  /** Where it stands inside its block. */
  path: PropertyKey[];
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** The elements of a block that people can act on, whichever field of the block holds them. */
export function elementsOf(block: Json): PlacedElement[] {
  const inList = (field: string) => objects(block[field]).map((element, i) => ({ element, path: [field, i] }));
  const alone = (field: string) => (isObject(block[field]) ? [{ element: block[field], path: [field] }] : []);
  switch (block.type) {
    case 'section':
      return alone('accessory').filter(({ element }) => element.type !== 'image');
    case 'input':
      return alone('element');
    case 'actions':
    case 'context_actions':
      return inList('elements');
    case 'card':
      return inList('actions');
    case 'carousel':
      return objects(block.elements).flatMap((card, i) =>
        elementsOf({ ...card, type: 'card' }).map(({ element, path }) => ({ element, path: ['elements', i, ...path] })),
      );
    default:
      return [];
  }
}

export interface PlacedBlock {
  block: Json;
  path: PropertyKey[];
}

/** The blocks themselves and those inside containers, each with its place. */
export function placedBlocks(blocks: readonly Json[], root: readonly PropertyKey[] = []): PlacedBlock[] {
  return blocks.flatMap((block, i) => {
    const path = [...root, i];
    const children =
      block.type === 'container' ? placedBlocks(objects(block.child_blocks), [...path, 'child_blocks']) : [];
    return [{ block, path }, ...children];
  });
}

export const allBlocks = (blocks: readonly Json[]): Json[] => placedBlocks(blocks).map(({ block }) => block);

export function findElement(blocks: readonly Json[], blockId: string, actionId: string): Json | undefined {
  const block = allBlocks(blocks).find((candidate) => candidate.block_id === blockId);
  return block && elementsOf(block).find(({ element }) => element.action_id === actionId)?.element;
}
