import { Priority, priorityWords } from './work-item.ts';

const isWord = (text: string): text is keyof typeof priorityWords => Object.hasOwn(priorityWords, text);

/** A word or a whole number; undefined for anything else. */
export function parsePriority(text: string): number | undefined {
  const plain = text.trim().toLowerCase();
  if (isWord(plain)) return priorityWords[plain];
  if (!/^\d{1,6}$/.test(plain)) return undefined;
  return Priority.parse(Number(plain));
}

export const priorityExpected = `must be one of ${Object.keys(priorityWords).join(', ')}, or a whole number from 0 (first) to 999999`;
