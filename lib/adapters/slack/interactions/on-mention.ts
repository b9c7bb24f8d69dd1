import { setTimeout as delay } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { askSlack } from '../ask-slack.ts';
import type { Message } from '../cards/failure-card.ts';
import { messageMetadata } from '../cards/metadata.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { findByToken } from '../find-by-token.ts';
import { answerMention } from '../listeners/answer-mention.ts';
import { notPostedText, sharedChannelText, unclearText } from '../mention-texts.ts';
import { tellDirectly } from '../tell-directly.ts';
import { type Listening, logFailed } from './interaction.ts';

const Mentioned = z.object({
  team_id: z.string().optional(),
  enterprise_id: z.string().nullish(),
  event_id: z.string().max(100),
  event_time: z.number(),
  /** What does not say that it is ours alone is not. */
  is_ext_shared_channel: z.boolean().default(true),
  authorizations: z.array(z.object({ user_id: z.string() })).default([]),
  event: z.object({
    user: z.string().optional(),
    bot_id: z.string().nullish(),
    subtype: z.string().optional(),
    text: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    channel: z.string(),
  }),
});
type Mentioned = z.infer<typeof Mentioned>;

/** Longer than one attempt takes: whoever comes later looks first whether it was answered. */
const attemptMs = 20_000;
const postMs = 1500;

/** Somebody asks @kintsugi something: answered once, in the thread. Bots, and what it says itself, are never answered. */
export function listenToMentions({ app, ports, members }: Listening): void {
  app.event('app_mention', async ({ body, client, context }) => {
    const mentioned = Mentioned.parse(body);
    const { team_id, enterprise_id, event_id: token, authorizations, event } = mentioned;
    const isPerson = event.user && !event.bot_id && !event.subtype;
    if (!isPerson || authorizations.some(({ user_id }) => user_id === event.user)) return;
    const belongs = await members.isOurWorkspace({ team_id, enterprise_id: enterprise_id ?? undefined });
    if (belongs !== 'ours') return;
    const requestId = String(context.requestId);
    const turn = { name: `mention/${token}`, by: requestId, at: ports.now(), everyMs: attemptMs };
    if (!(await ports.turns.take(turn))) return;
    if (await isAnswered(client, mentioned)) return;
    const message = await answerTo(mentioned, requestId);
    if (await post(client, mentioned, message)) return;
    ports.log('mention not answered', { requestId });
    // Another place, whose limits are its own.
    await tellDirectly(client, { user: event.user ?? '', text: notPostedText, log: ports.log });
  });

  async function answerTo({ is_ext_shared_channel: isShared, event }: Mentioned, requestId: string): Promise<Message> {
    const { channel, text } = event;
    try {
      const readers = isShared ? 'other-organizations' : await ports.askReaders?.(channel);
      if (readers === 'other-organizations') return { text: sharedChannelText, blocks: [mrkdwn(sharedChannelText)] };
      return await answerMention(ports, { text, channel });
    } catch (error) {
      logFailed(ports.log, error, requestId);
      return { text: unclearText, blocks: [mrkdwn(unclearText)] };
    }
  }
}

/** Slack takes about one post a second and channel: it is waited for, a little. */
const mostPosts = 3;
const longestWaitSeconds = 2;

async function post(client: WebClient, { event, event_id: token }: Mentioned, message: Message): Promise<boolean> {
  const reply = {
    channel: event.channel,
    thread_ts: event.thread_ts ?? event.ts,
    ...message,
    metadata: messageMetadata(token),
    unfurl_links: false,
    unfurl_media: false,
  };
  for (let attempt = 1; ; attempt += 1) {
    const said = await askSlack(() => client.chat.postMessage(reply), { ms: postMs });
    if (said.kind !== 'later' || said.seconds > longestWaitSeconds || attempt === mostPosts) {
      // Not sure: it may stand there.
      return said.kind === 'ok' || said.kind === 'unsure';
    }
    await delay(said.seconds * 1000);
  }
}

/** An earlier attempt may have died after it answered. Where Slack does not say, nobody is answered twice. */
async function isAnswered(client: WebClient, { event, event_id: token, event_time: at }: Mentioned): Promise<boolean> {
  const where = { channel: event.channel, threadTs: event.thread_ts ?? event.ts };
  const said = await askSlack(() => findByToken(client, where, token, at * 1000));
  return said.kind !== 'ok' || said.value.length > 0;
}
