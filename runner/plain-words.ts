import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};
const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', record: ' keys' };

/** What was expected, in words for whoever typed it; for schemas that have none of their own. */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small': {
      const unit = units[issue.origin] ?? '';
      if (unit !== '' && issue.minimum === 1) return 'must not be empty';
      return issue.inclusive === false
        ? `must be more than ${issue.minimum}`
        : `must be ${issue.minimum}${unit} or more`;
    }
    case 'too_big':
      return `must be at most ${issue.maximum}${units[issue.origin] ?? ''}`;
    case 'invalid_value':
      return `must be ${listed(issue.values.map(String))}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_union':
      return listed([...new Set(issue.errors.flatMap(([first]) => first?.message ?? []))]);
    default:
      return undefined;
  }
};

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
