import { parseDatetime } from '../datetime.ts';
import type { FieldCondition, Match, Range } from '../wire/filter.ts';
import type { textMatcher } from './match-text.ts';

/** Whether one value of a payload meets a field condition. Of several tests in one condition, as in Qdrant, one is enough. */
export function matchValue(condition: FieldCondition, value: unknown, text: ReturnType<typeof textMatcher>): boolean {
  const { match, range, values_count, is_empty, is_null } = condition;
  if (values_count) return inBounds(Array.isArray(value) ? value.length : value === null ? 0 : 1, values_count);
  if (typeof is_empty === 'boolean') return isEmpty(value) === is_empty;
  if (typeof is_null === 'boolean') {
    const isNull = value === null || (Array.isArray(value) && value.includes(null));
    return isNull === is_null;
  }
  return Boolean((match && matches(match, value, text)) || (range && inRange(range, value)));
}

function matches(match: Match, value: unknown, text: ReturnType<typeof textMatcher>): boolean {
  if ('value' in match) return value === match.value;
  if ('any' in match) return contains(match.any, value);
  // A value of another type than those listed is not among them.
  if ('except' in match) return value !== null && !contains(match.except, value);
  if (typeof value !== 'string') return false;
  if ('text' in match) return text.all(value, match.text);
  if ('text_any' in match) return text.any(value, match.text_any);
  return text.phrase(value, match.phrase);
}

const contains = (list: readonly unknown[], value: unknown) => list.includes(value);

function inRange(range: Range, value: unknown): boolean {
  if (range.of === 'numbers') return typeof value === 'number' && inBounds(value, range);
  const seconds = typeof value === 'string' ? parseDatetime(value) : undefined;
  return seconds !== undefined && inBounds(seconds, range);
}

export function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

interface Bounds {
  lt?: number | null;
  gt?: number | null;
  lte?: number | null;
  gte?: number | null;
}

export function inBounds(value: number, { lt, gt, lte, gte }: Bounds): boolean {
  return (
    value < (lt ?? Infinity) && value > (gt ?? -Infinity) && value <= (lte ?? Infinity) && value >= (gte ?? -Infinity)
  );
}
