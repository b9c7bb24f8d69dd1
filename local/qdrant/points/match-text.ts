import type { FieldSchema, TextIndex } from '../wire/collections.ts';

type TextOptions = Omit<TextIndex, 'type'>;

/** The text index of a field, if its schema is one. */
export function textIndexOf(schema: FieldSchema | undefined): TextOptions | undefined {
  if (schema === 'text') return {};
  return typeof schema === 'object' && schema.type === 'text' ? schema : undefined;
}

/** How one field's texts are matched: word by word with a text index; without one, as plain pieces of text. */
export function textMatcher(index: TextOptions | undefined) {
  if (!index) {
    return {
      all: (stored: string, query: string) => stored.includes(query),
      any: (stored: string, query: string) => query.split(/\s+/).some((word) => word !== '' && stored.includes(word)),
      phrase: (stored: string, query: string) => stored.includes(query),
    };
  }
  const words = (text: string) => tokenize(text, index);
  return {
    all(stored: string, query: string) {
      const has = new Set(words(stored));
      const wanted = words(query);
      return wanted.length > 0 && wanted.every((word) => has.has(word));
    },
    any(stored: string, query: string) {
      const has = new Set(words(stored));
      return words(query).some((word) => has.has(word));
    },
    phrase: (stored: string, query: string) => ` ${words(stored).join(' ')} `.includes(` ${words(query).join(' ')} `),
  };
}

function tokenize(
  text: string,
  { tokenizer = 'word', lowercase, min_token_len, max_token_len }: TextOptions,
): string[] {
  const cased = lowercase === false ? text : text.toLowerCase();
  const separator = tokenizer === 'whitespace' ? /\s+/u : /[^\p{Alphabetic}\p{N}]+/u;
  return cased
    .split(separator)
    .filter((word) => word.length >= Math.max(1, min_token_len ?? 1) && word.length <= (max_token_len ?? Infinity));
}
