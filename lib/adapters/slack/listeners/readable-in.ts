import type { FailureId } from '../../../failure/ids.ts';
import { permalinkOf } from '../../../response/card-content.ts';
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

/** Those of these failures whose words not everybody in the channel may read; where one that is forgotten stood, nobody knows. */
export async function unreadableIn(
  ports: Pick<SlackPorts, 'askReaders' | 'failures'>,
  channel: string,
  failureIds: readonly FailureId[],
): Promise<Set<FailureId>> {
  const ids = [...new Set(failureIds)];
  const stored = await Promise.all(ids.map((id) => ports.failures.get(id)));
  const known = stored.flatMap((one) => (one ? [{ id: one.failure.id, ...permalinkOf(one) }] : []));
  const { shown } = await readableIn(ports, channel, known);
  const readable = new Set(shown.map(({ id }) => id));
  return new Set(ids.filter((id) => !readable.has(id)));
}
