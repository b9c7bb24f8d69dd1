import { Priority } from './work-item.ts';
import type { WorkLine } from './work-store.ts';

/**
 * The priority that puts `line` before `other`: lower comes first, and of two alike the older. Undefined: there is nothing
 * before 0.
 */
export function priorityAhead(
  line: Pick<WorkLine, 'createdAt'>,
  other: Pick<WorkLine, 'priority' | 'createdAt'>,
): number | undefined {
  if (line.createdAt < other.createdAt) return other.priority;
  const ahead = Priority.safeParse(other.priority - 1);
  return ahead.success ? ahead.data : undefined;
}
