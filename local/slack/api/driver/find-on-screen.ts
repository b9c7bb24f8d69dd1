import type { Json } from '../../page-api.ts';
import { allBlocks, elementsOf } from '../blocks/walk.ts';

export interface OnScreen {
  blockId: string;
  actionId: string;
  element: Json;
}

/** Which element is meant: by its action_id, by the start of it, by the words that it shows, or by those that are read out. */
export function findOnScreen(blocks: readonly Json[], named: string): OnScreen {
  const all = allBlocks(blocks).flatMap((block) =>
    elementsOf(block).map(({ element }) => ({
      blockId: String(block.block_id),
      actionId: String(element.action_id),
      element,
      words: wordsOf(element) ?? wordsOf({ text: block.label }),
    })),
  );
  const found =
    all.find(({ actionId }) => actionId === named) ??
    all.find(({ words }) => words === named) ??
    all.find(({ element }) => element.accessibility_label === named) ??
    all.find(({ blockId }) => blockId === named) ??
    all.find(({ actionId }) => actionId.startsWith(named));
  if (found) return found;
  const there = all.map(({ actionId, words }) => `${actionId}${words ? ` “${words}”` : ''}`).join(', ');
  throw new Error(`nothing on the screen is called “${named}”; there is: ${there || 'nothing to press'}`);
}

const wordsOf = ({ text }: Json): string | undefined => (text as { text?: string } | undefined)?.text;

/** The option that shows these words, or has this value. */
export function optionOf(element: Json, named: string): Json {
  const groups = (element.option_groups as { options: Json[] }[] | undefined) ?? [];
  const options = [...((element.options as Json[] | undefined) ?? []), ...groups.flatMap((group) => group.options)];
  const found = options.find((option) => option.value === named || wordsOf(option) === named);
  if (!found) throw new Error(`no option is called “${named}”`);
  return found;
}
