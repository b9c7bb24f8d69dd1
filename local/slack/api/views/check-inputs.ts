import type { Json } from '../../page-api.ts';
import { characters } from '../blocks/text.ts';
import { choiceField, type StateValues } from './state.ts';

/** What Slack's own client refuses before the app hears of it: block_id → words at that input. */
export function inputErrors(blocks: readonly Json[], state: StateValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input') continue;
    const element = block.element as Json;
    const field = choiceField(String(element.type));
    const chosen = field && state[String(block.block_id)]?.[String(element.action_id)]?.[field];
    const isEmpty = chosen === null || chosen === undefined || (Array.isArray(chosen) && chosen.length === 0);
    const error = isEmpty
      ? block.optional === true
        ? undefined
        : 'Please complete this required field.'
      : wrongValue(element, chosen);
    if (error) errors[String(block.block_id)] = error;
  }
  return errors;
}

function wrongValue(element: Json, chosen: unknown): string | undefined {
  const limit = (key: string) => (element[key] === undefined ? undefined : Number(element[key]));
  const value = String(chosen);
  switch (element.type) {
    case 'plain_text_input': {
      const length = characters(value);
      if (length < (limit('min_length') ?? 0)) return `Must be at least ${limit('min_length')} characters.`;
      if (length > (limit('max_length') ?? 3000)) return `Must be at most ${limit('max_length') ?? 3000} characters.`;
      return undefined;
    }
    case 'number_input': {
      const number = Number(value);
      if (value.trim() === '' || !Number.isFinite(number)) return 'Please enter a number.';
      if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return 'Please enter a whole number.';
      if (number < (limit('min_value') ?? number)) return `Must be at least ${limit('min_value')}.`;
      if (number > (limit('max_value') ?? number)) return `Must be at most ${limit('max_value')}.`;
      return undefined;
    }
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Please enter a valid email address.';
    case 'url_text_input':
      return URL.canParse(value) ? undefined : 'Please enter a valid URL.';
    default: {
      const most = limit('max_selected_items') ?? Number.POSITIVE_INFINITY;
      return Array.isArray(chosen) && chosen.length > most ? `Please choose at most ${most}.` : undefined;
    }
  }
}
