import type { WorkPorts } from './work-ports.ts';

/** When kintsugi.yml says nothing. */
export const defaultDoneWorkDays = 180;

/** Until when an item that is over is kept. */
export function keptFor(days: number, endedAt: string): Date {
  return new Date(Date.parse(endedAt) + days * 24 * 3_600_000);
}

/** Hosts have no kintsugi.yml: the registry that is published with the gates says it. */
export async function keptUntil({ gates }: Pick<WorkPorts, 'gates'>, endedAt: string): Promise<Date> {
  const registry = await gates.registry();
  return keptFor(registry?.doneWorkDays ?? defaultDoneWorkDays, endedAt);
}
