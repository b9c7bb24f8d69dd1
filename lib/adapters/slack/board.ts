import type { WebClient } from '@slack/web-api';
import { isPerson } from '../../failure/ids.ts';
import type { ChannelStore } from '../../noise/channel-store.ts';
import type { Log } from '../../ports.ts';
import { type Board, type Said, unclear, type Where } from '../../response/board.ts';
import type { Content } from '../../response/content.ts';
import { idIn } from './approval-words.ts';
import { askSlack } from './ask-slack.ts';
import { type Budget, slackBudget } from './budget.ts';
import { renderMessage } from './cards/render-message.ts';
import type { NameOf } from './cards/rich-text.ts';
import { findByToken } from './find-by-token.ts';
import { type Places, slackPlaces } from './places.ts';
import { type SharedBudget, sharedBudget } from './shared-budget.ts';

/** Failures on Slack, through its Web API. */
export function slackBoard(
  client: WebClient,
  {
    log,
    channels,
    places = slackPlaces(client),
    budget = slackBudget(),
    shared = sharedBudget(channels),
  }: { log: Log; channels: Pick<ChannelStore, 'take'>; places?: Places; budget?: Budget; shared?: SharedBudget },
): Board {
  const ask = async <T>(call: string, send: () => Promise<T>): Promise<Said<T>> =>
    budget.note(call, await askSlack(send));
  const within = async <T>(call: string, send: () => Promise<T>): Promise<Said<T>> =>
    budget.wait(call) ?? ask(call, send);

  const post = async ({ channel, threadTs, level }: Where, content: Content, token: string): Promise<Said<string>> => {
    const mention = await mentionFor(content, places, log);
    if (mention.kind !== 'ok') return mention;
    const nameOf = await namesIn(content, places);
    const send = async (plainTable: boolean) => {
      const { ts } = await client.chat.postMessage({
        channel,
        ...renderMessage(content, { token, mention: mention.value, nameOf, plainTable }),
        ...(threadTs && { thread_ts: threadTs }),
        unfurl_links: false,
        unfurl_media: false,
      });
      if (!ts) throw new Error('Slack answered chat.postMessage without a ts');
      return ts;
    };
    const call = `chat.postMessage ${channel}`;
    return (
      // What Slack itself has just refused is not asked for, and takes nobody's room.
      budget.wait(call, level) ??
      (await shared.post({ channel, level, token }, content)) ??
      (await withTable(content, (plainTable) => ask(call, () => send(plainTable))))
    );
  };

  /** Public channels are joined when they are first needed. */
  const asMember = async <T>(channel: string, ask: () => Promise<Said<T>>): Promise<Said<T>> => {
    const said = await ask();
    if (said.kind !== 'refused' || said.code !== 'not_in_channel') return said;
    const joined = await within('conversations.join', () => client.conversations.join({ channel }));
    if (joined.kind === 'ok') return ask();
    // Joining posts nothing, so an unclear answer is simply asked again.
    return joined.kind === 'unsure' ? unclear : joined;
  };

  return {
    channelId: (channel) => places.channelId(channel),
    post: (where, content, token) => asMember(where.channel, () => post(where, content, token)),
    async edit({ channel, ts, level, isCount }, content, token) {
      // Its steps come fast; what people decide on must not wait.
      const pause = content.kind === 'run' && content.run.run.state === 'running' ? budget.paceRunEdit(ts) : undefined;
      const full = pause ?? budget.wait('chat.update') ?? (await shared.edit({ ts, level, isCount }, content));
      if (full) return full;
      return withTable(content, (plainTable) =>
        ask('chat.update', async () => {
          await client.chat.update({ channel, ts, ...renderMessage(content, { token, plainTable }) });
        }),
      );
    },
    find: (where, token, since) =>
      asMember(where.channel, () => within('history', () => findByToken(client, where, token, since))),
    remove: (at) =>
      within('chat.delete', async () => {
        await client.chat.delete(at);
      }),
    async ringOf(mention) {
      const known = await places.mentionOf(mention);
      // Where Slack does not say, two forms of one group count as two: rather rung twice than not at all.
      return (known.kind === 'ok' && known.value) || mention;
    },
    isForAll: (channel) => places.isForAll(channel),
    async permalink({ channel, ts }) {
      const said = await askSlack(() => client.chat.getPermalink({ channel, message_ts: ts }));
      return said.kind === 'ok' ? said.value.permalink : undefined;
    },
  };
}

/** Slack gives new blocks to one workspace after another: where it knows no tables, the same stands there as text. */
async function withTable<T>(content: Content, send: (plainTable: boolean) => Promise<Said<T>>): Promise<Said<T>> {
  const said = await send(false);
  const hasTable = content.kind === 'run' && 'table' in content.run.run && content.run.run.table !== undefined;
  return hasTable && said.kind === 'refused' && said.code === 'invalid_blocks' ? send(true) : said;
}

/** The people in a new message, by name: it is not to ring them for what they did themselves. */
async function namesIn(content: Content, places: Places): Promise<NameOf> {
  const names = new Map<string, string>();
  for (const by of peopleIn(content).filter((one) => isPerson(one) || /^S[A-Z0-9]+$/.test(one))) {
    const name = await places.nameOf(by);
    if (name) names.set(by, name);
  }
  return (by) => names.get(by);
}

function peopleIn(content: Content): string[] {
  switch (content.kind) {
    case 'card':
      return [
        content.card.report.reportedBy,
        content.card.acknowledged?.by,
        content.card.resolved?.by,
        content.card.resolved?.askedBy,
        content.card.regraded?.by,
        content.card.workaround?.by,
        content.card.workaround?.owner,
        ...(content.card.called ?? []).map(idIn),
      ].filter((by) => by !== undefined);
    case 'entry':
      return [content.entry.entry.by];
    case 'run':
    case 'approval': {
      const { run } = content.kind === 'run' ? content.run : content.approval;
      const ender = run.state === 'declined' ? run.declinedBy : run.state === 'cancelled' ? run.cancelledBy : undefined;
      const mayApprove = content.kind === 'approval' ? content.approval.mayApprove : [];
      return [run.requestedBy, ...run.approvals.map(({ by }) => by), ...(ender ? [ender] : []), ...mayApprove];
    }
    case 'past-card':
    case 'alert':
      return [];
    case 'bundle':
      return content.bundle.mute
        ? [content.bundle.mute.by, content.bundle.mute.endedBy].filter((by) => by !== undefined)
        : [];
    default:
      return content satisfies never;
  }
}

/** Who this message calls, as Slack writes them. A group that Slack does not know is named without a ring. */
async function mentionFor(content: Content, places: Places, log: Log): Promise<Said<string | undefined>> {
  const mentions: string[] = [];
  for (const called of calledBy(content)) {
    const mention = await places.mentionOf(called);
    if (mention.kind === 'later') return mention;
    if (mention.kind === 'ok' && mention.value) mentions.push(mention.value);
    else
      log('owner not found in Slack', {
        owner: called,
        code: mention.kind === 'refused' ? mention.code : 'no_such_group',
      });
  }
  return { kind: 'ok', value: mentions.join(' ') || undefined };
}

function calledBy(content: Content): string[] {
  switch (content.kind) {
    case 'card':
      return content.card.mention ?? [];
    case 'entry':
      return content.entry.mention ?? [];
    case 'approval':
      return content.approval.mention ?? [];
    case 'alert':
      return content.alert.mention ?? [];
    case 'bundle':
      return content.bundle.mention ?? [];
    case 'run':
    case 'past-card':
      return [];
    default:
      return content satisfies never;
  }
}
