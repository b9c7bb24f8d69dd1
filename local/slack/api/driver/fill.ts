import type { Json } from '../../page-api.ts';
import { choiceField, type StateValues } from '../views/state.ts';
import { findOnScreen, optionOf } from './find-on-screen.ts';

/** What to put into a modal: the input's action_id, block_id or label → words, an option, options, or an id. */
export type Filling = Record<string, string | number | readonly string[]>;

/** An element's own part of state and action, from what a person would choose in it. */
export function choiceIn(element: Json, chosen: string | number | readonly string[]): Json {
  const type = String(element.type);
  // An overflow menu keeps no state, but its action says what was chosen.
  const field = type === 'overflow' ? 'selected_option' : choiceField(type);
  if (field === undefined) throw new Error(`nothing can be put into a ${type}`);
  if (field === 'selected_options') return { [field]: listOf(chosen).map((name) => optionOf(element, name)) };
  if (field === 'selected_option') {
    // The options of an external menu are the app's to say: a plain one stands for what it offered.
    const words = String(chosen);
    const option =
      type === 'external_select'
        ? { text: { type: 'plain_text', text: words }, value: words }
        : optionOf(element, words);
    return { [field]: option };
  }
  if (Array.isArray(chosen) || field.endsWith('s')) return { [field]: listOf(chosen) };
  return { [field]: type === 'datetimepicker' ? Number(chosen) : String(chosen) };
}

export function fill(blocks: readonly Json[], filling: Filling): StateValues {
  const state: StateValues = {};
  for (const [named, chosen] of Object.entries(filling)) {
    const { blockId, actionId, element } = findOnScreen(blocks, named);
    state[blockId] = { ...state[blockId], [actionId]: { type: element.type, ...choiceIn(element, chosen) } };
  }
  return state;
}

const listOf = (chosen: string | number | readonly string[]) =>
  typeof chosen === 'object' ? [...chosen] : [String(chosen)];
