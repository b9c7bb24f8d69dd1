import { longestDays } from '../../../recovery/workaround.ts';

/** The day on which a workaround is to be gone. */

export const removeByField = 'remove-by';

export function endOfDay(day: string | undefined): Date | undefined {
  return day ? new Date(`${day}T23:59:59.000Z`) : undefined;
}

export function dayProblem(removeBy: Date | undefined, now: Date): Record<string, string> {
  const at = removeByField;
  if (!removeBy || Number.isNaN(removeBy.getTime())) return { [at]: 'Choose the day on which it is to be gone.' };
  return removeBy <= now ? { [at]: 'That day is over. Choose one to come.' } : {};
}

/** The last day that is not too far: the end of the one after it may be more than a year away. */
export function lastDay(now: Date): string {
  return dayAfter(now, longestDays - 1);
}

export const tooLongText = 'A workaround is not for ever: choose a day within a year.';

export function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
