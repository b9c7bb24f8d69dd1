import type { z } from 'zod';

/** One thing that Slack finds wrong, and where: written as `words [json-pointer:/blocks/0/text]`. */
export interface Reason {
  words: string;
  pointer: string;
}

export const reason = (words: string, path: readonly PropertyKey[]): Reason => ({
  words,
  pointer: path.map((part) => `/${String(part)}`).join(''),
});
export const inWords = ({ words, pointer }: Reason) => `${words} [json-pointer:${pointer}]`;

/** Translates what zod found into the words that Slack uses. `root` is where the checked value sits in the request. */
export function reasonsOf(error: z.core.$ZodError, value: unknown, root: readonly PropertyKey[]): Reason[] {
  return error.issues.flatMap((issue) => reasonsOfIssue(issue, value, root));
}

function reasonsOfIssue(issue: z.core.$ZodIssue, value: unknown, root: readonly PropertyKey[]): Reason[] {
  const path = [...root, ...issue.path];
  const found = valueAt(value, issue.path);
  const field = String(issue.path.at(-1) ?? '');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => reason(`invalid additional property: ${key}`, path));
    case 'invalid_type':
      return [found === undefined ? missing(field, path) : reason(`must provide ${article(issue.expected)}`, path)];
    case 'invalid_union':
    case 'invalid_value':
      if (found === undefined && field !== '') return [missing(field, path)];
      if (field === 'type')
        return [reason(`unsupported type: ${typeof found === 'string' ? found : JSON.stringify(found)}`, path)];
      return [reason('must be a valid enum value', path)];
    case 'too_big':
      return [
        reason(issue.origin === 'array' ? issue.message : `must be less than ${Number(issue.maximum) + 1}`, path),
      ];
    case 'too_small':
      return [
        reason(issue.origin === 'array' ? issue.message : `must be greater than ${Number(issue.minimum) - 1}`, path),
      ];
    default:
      return [reason(issue.message, path)];
  }
}

const missing = (field: string, path: PropertyKey[]) => reason(`missing required field: ${field}`, path.slice(0, -1));

function article(expected: string): string {
  const name = expected === 'int' ? 'integer' : expected;
  return /^[aeio]/.test(name) ? `an ${name}` : `a ${name}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}
