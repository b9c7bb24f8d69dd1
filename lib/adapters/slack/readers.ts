import type { WebClient } from '@slack/web-api';
import type { Readers } from '../../report/may-quote.ts';
import { askSlack } from './ask-slack.ts';
import { slackPlaces } from './places.ts';

/** Who reads along in a channel. */
export type AskReaders = (channel: string) => Promise<Readers>;

/** What the app cannot see (a private channel without it, people's direct messages) is unknown, and so is what Slack does not say. */
export function slackReaders(client: WebClient): AskReaders {
  return async (channel) => {
    const said = await askSlack(() => client.conversations.info({ channel }));
    if (said.kind !== 'ok' || !said.value.channel) return 'unknown';
    const { is_ext_shared, is_pending_ext_shared, is_private, is_im, is_mpim } = said.value.channel;
    if (is_ext_shared || is_pending_ext_shared) return 'other-organizations';
    return is_private || is_im || is_mpim ? 'private' : 'everybody';
  };
}

/** The id of a channel as policy names it; undefined where there is none, or no failure is shown there. */
export type AskChannel = (channel: string) => Promise<string | undefined>;

export function slackChannels(client: WebClient, now: () => number): AskChannel {
  const places = slackPlaces(client, now);
  return async (channel) => {
    const said = await places.channelId(channel);
    return said.kind === 'ok' ? said.value : undefined;
  };
}

/** Undefined: Slack does not say. */
export type AskPermalink = (message: { channel: string; ts: string }) => Promise<string | undefined>;

export function slackPermalinks(client: WebClient): AskPermalink {
  return async ({ channel, ts }) => {
    const said = await askSlack(() => client.chat.getPermalink({ channel, message_ts: ts }));
    return said.kind === 'ok' ? said.value.permalink : undefined;
  };
}
