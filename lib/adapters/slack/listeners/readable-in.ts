import type { SlackPorts } from './slack-ports.ts';

/** A failure whose card stands in a private channel is read there alone. */
export async function readableIn<T extends { permalink?: string }>(
  { askReaders }: Pick<SlackPorts, 'askReaders'>,
  channel: string,
  found: T[],
): Promise<{ shown: T[]; hidden: number }> {
  const homes = found.map(({ permalink = '' }) => /\/archives\/([A-Z0-9]+)\//u.exec(permalink)?.[1]);
  const others = [...new Set(homes.filter((home) => home !== undefined && home !== channel))] as string[];
  const readers = await Promise.all(others.map(async (home) => [home, await askReaders?.(home)] as const));
  const isPrivate = new Set(readers.flatMap(([home, who]) => (who === 'everybody' ? [] : [home])));
  const shown = found.filter((_, index) => !isPrivate.has(homes[index] ?? ''));
  return { shown, hidden: found.length - shown.length };
}
