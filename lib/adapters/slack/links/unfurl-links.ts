import type { KnownBlock } from '@slack/types';
import type { FailureId } from '../../../failure/ids.ts';
import { failureInLink } from '../../../report/failure-link.ts';
import { componentNames, permalinkOf } from '../../../response/card-content.ts';
import { alertMessage } from '../cards/alert-message.ts';
import { unreadableIn } from '../listeners/readable-in.ts';
import type { SlackPorts } from '../listeners/slack-ports.ts';

type Readable = Pick<SlackPorts, 'failures' | 'policy' | 'askReaders' | 'askChannel'>;

/** More links in one message are a list, and stay links. */
const most = 5;

/**
 * Small cards for the links to failures in a message. None where people of other organizations read; of a failure whose card
 * stands in a private channel only there; of one that is not known, nothing.
 */
export async function unfurlLinks(
  ports: Readable,
  { channel, urls, isShared }: { channel: string; urls: string[]; isShared: boolean },
): Promise<Record<string, { blocks: KnownBlock[] }>> {
  const named = urls.flatMap((url) => {
    const id = failureInLink(ports.policy, url);
    return id ? [{ url, id }] : [];
  });
  if (named.length === 0 || isShared || !ports.askReaders) return {};
  const readers = await ports.askReaders(channel);
  if (readers === 'other-organizations') return {};
  const cards = await Promise.all(
    named.slice(0, most).map(async ({ url, id }) => [url, await smallCard(ports, id, channel)] as const),
  );
  return Object.fromEntries(cards.flatMap(([url, blocks]) => (blocks ? [[url, { blocks }]] : [])));
}

async function smallCard(ports: Readable, id: FailureId, channel: string): Promise<KnownBlock[] | undefined> {
  const { failures, policy } = ports;
  const stored = await failures.get(id);
  if (!stored) return undefined;
  const { failure } = stored;
  if ((await unreadableIn(ports, channel, [id])).size > 0) return undefined;
  const { blocks } = alertMessage(
    {
      failureId: id,
      title: failure.title,
      componentTitle: componentNames(policy, failure.component).title,
      level: failure.level,
      status: failure.status,
      ...permalinkOf(stored),
    },
    {},
  );
  return blocks;
}
