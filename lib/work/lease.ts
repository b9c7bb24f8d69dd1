export const defaultLeaseMinutes = 30;
export const longestLeaseMinutes = 24 * 60;

export function leaseUntil(at: Date, minutes = defaultLeaseMinutes): Date {
  return new Date(at.getTime() + Math.min(Math.max(minutes, 1), longestLeaseMinutes) * 60_000);
}
