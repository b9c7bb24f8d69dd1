import type { FailureId } from '../../../failure/ids.ts';
import { channelsOf } from '../../../response/card-content.ts';
import { responsePlan } from '../../../response/protocol.ts';
import type { SlackPorts } from './slack-ports.ts';

type Ports = Pick<SlackPorts, 'askReaders' | 'askChannel' | 'failures' | 'policy'>;

/** Failures as everybody in the channel may read them: what one of them says is read where its cards stand, and no further. */
export async function readableIn<T extends { failure: { id: FailureId } }>(
  ports: Ports,
  channel: string,
  found: T[],
): Promise<{ shown: T[]; hidden: number }> {
  const ids = found.map(({ failure }) => failure.id);
  const unreadable = await unreadableIn(ports, channel, ids);
  const shown = found.filter(({ failure }) => !unreadable.has(failure.id));
  return { shown, hidden: found.length - shown.length };
}

/** Those of these failures whose words not everybody in the channel may read; where one that is forgotten stood, nobody knows. */
export async function unreadableIn(
  ports: Ports,
  channel: string,
  failureIds: readonly FailureId[],
): Promise<Set<FailureId>> {
  const ids = [...new Set(failureIds)];
  const homes = await Promise.all(ids.map((id) => homesOf(ports, id)));
  const others = [...new Set(homes.flat())].filter((home) => home !== channel);
  const readers = await Promise.all(others.map(async (home) => [home, await ports.askReaders?.(home)] as const));
  const isReadable = new Set([channel, ...readers.flatMap(([home, who]) => (who === 'everybody' ? [home] : []))]);
  return new Set(
    ids.filter((_, at) => {
      const own = homes[at] ?? [];
      return own.length === 0 || own.some((home) => !isReadable.has(home));
    }),
  );
}

async function homesOf({ failures, policy, askChannel }: Ports, id: FailureId): Promise<string[]> {
  const stored = await failures.get(id);
  if (!stored) return [];
  const stood = channelsOf(stored);
  if (stood.length > 0) return stood;
  // Nothing was shown of it: it belongs where its card would stand.
  const channel = await askChannel?.(responsePlan(policy, stored.failure).channel);
  return channel === undefined ? [] : [channel];
}
