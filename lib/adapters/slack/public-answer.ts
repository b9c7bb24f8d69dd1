import type { KnownBlock } from '@slack/types';
import { FailureId } from '../../failure/ids.ts';
import type { Readers } from '../../report/may-quote.ts';
import type { PrivateAnswer } from './answer-privately.ts';
import { mrkdwn } from './cards/mrkdwn.ts';
import { clip, escapeMrkdwn, oneLine } from './escape.ts';
import { unreadableIn } from './listeners/readable-in.ts';
import type { SlackPorts } from './listeners/slack-ports.ts';

export type CommandReply = { response_type: 'in_channel' | 'ephemeral'; text: string; blocks?: KnownBlock[] };

/**
 * An answer for the whole channel: it says who asked what, and names people without ringing them. Where people of other
 * organizations read along, or Slack does not say who does, only the one who asked sees it; and so where it names what not
 * everybody in the channel may read.
 */
export async function publicAnswer(
  ports: Readable & Pick<SlackPorts, 'askNames'>,
  { text, blocks, about = [] }: PrivateAnswer,
  { by, channel, typed }: { by: string; channel: string; typed: string },
): Promise<CommandReply> {
  const readers = (await ports.askReaders?.(channel)) ?? 'unknown';
  const shown = blocks ?? [mrkdwn(text)];
  const why = whyPrivate[readers] ?? ((await hasPrivate(ports, { shown, about, channel })) ? inPrivate : undefined);
  if (why) return { response_type: 'ephemeral', text, blocks: [mrkdwn(`_Only you see this: ${why}_`), ...shown] };
  const { message, nameOf } = await withNames(ports, { text, blocks: shown }, by);
  const asked = `${escapeMrkdwn(nameOf(by))} asked: \`/failure ${escapeMrkdwn(clip(oneLine(typed.replaceAll('`', "'")), 150))}\``;
  return {
    response_type: 'in_channel',
    text: message.text,
    blocks: [{ type: 'context', elements: [{ type: 'mrkdwn', text: asked }] }, ...message.blocks],
  };
}

type Readable = Pick<SlackPorts, 'askReaders' | 'askChannel' | 'failures' | 'policy'>;

const whyPrivate: Partial<Record<Readers, string>> = {
  unknown: 'Kintsugi is not in this channel, so it cannot say who reads along.',
  'other-organizations': 'people of other organizations are in this channel.',
};
const inPrivate = 'some of it has its card in a private channel.';
const mostIds = 30;

/** Whether it names a failure, or quotes one, whose card not everybody here may read. */
async function hasPrivate(
  ports: Readable,
  { shown, about, channel }: { shown: KnownBlock[]; about: FailureId[]; channel: string },
): Promise<boolean> {
  if ((await unreadableIn(ports, channel, about)).size > 0) return true;
  const ids = new Set(JSON.stringify(shown).match(/F-[0-9A-HJKMNP-TV-Z]{6}/gu) ?? []);
  if (ids.size > mostIds) return true;
  const named = await Promise.all([...ids].map((id) => ports.failures.get(FailureId.parse(id))));
  // Somebody may have typed an id that never was.
  const known = named.flatMap((stored) => (stored ? [stored.failure.id] : []));
  return (await unreadableIn(ports, channel, known)).size > 0;
}

/** People by name, where naming them by id would ring them. */
export async function withNames(
  ports: Pick<SlackPorts, 'askNames'>,
  message: { text: string; blocks: KnownBlock[] },
  ...also: string[]
): Promise<{ message: typeof message; nameOf: (id: string) => string }> {
  const people = [...new Set([...(JSON.stringify(message).match(/\b[UW][A-Z0-9]{5,30}\b/gu) ?? []), ...also])];
  const names = (await ports.askNames?.(people)) ?? new Map<string, string>();
  const nameOf = (id: string) => clip(oneLine(names.get(id) ?? 'somebody'), 80);
  return { message: withoutRings(message, nameOf) as typeof message, nameOf };
}

/** What would ring somebody says their name instead. */
function withoutRings(part: unknown, nameOf: (id: string) => string): unknown {
  if (typeof part === 'string') {
    return part.replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/gu, (_, id: string) => escapeMrkdwn(nameOf(id)));
  }
  if (Array.isArray(part)) return part.map((one) => withoutRings(one, nameOf));
  if (part === null || typeof part !== 'object') return part;
  if ('type' in part && part.type === 'user' && 'user_id' in part)
    return { type: 'text', text: nameOf(String(part.user_id)) };
  return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, withoutRings(one, nameOf)]));
}
