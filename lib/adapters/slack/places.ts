import type { WebClient } from '@slack/web-api';
import { type Said, unclear } from '../../response/board.ts';
import { askSlack, pagesMs } from './ask-slack.ts';

/** Names in policy → ids in Slack, looked up once a sandbox; what is not found is asked again after a while. */
export interface Places {
  /** `refused` with `externally_shared`: people of other organizations read there, so no failure is shown there. */
  channelId(channel: string): Promise<Said<string>>;
  /** Everybody of the own organization can read it; false where Slack does not say. */
  isForAll(channel: string): Promise<boolean>;
  /** Undefined: nobody of that name. */
  mentionOf(owner: string): Promise<Said<string | undefined>>;
  /** What people call this person, or this user group; undefined when Slack does not say. */
  nameOf(user: string): Promise<string | undefined>;
}

/** A channel or group that was missing may have been made since. */
const missingForMs = 60_000;
/** A channel may be shared with others at any time. */
const unsharedForMs = 5 * 60_000;

export function slackPlaces(client: WebClient, now: () => number = Date.now): Places {
  const { idOf: channels } = directory(channelPages(client, now), now);
  const groups = directory(() => listUserGroups(client), now);
  const { isOursAlone, isForAll } = sharing(client, now);
  const names = new Map<string, string>();
  return {
    async channelId(channel) {
      if (!channel.startsWith('#')) return isOursAlone(channel);
      const id = await channels(channel.slice(1));
      if (id.kind !== 'ok') return id;
      return id.value ? isOursAlone(id.value) : { kind: 'refused', code: 'channel_not_found' };
    },
    isForAll,
    async mentionOf(owner) {
      if (/^[UW]/.test(owner)) return { kind: 'ok', value: `<@${owner}>` };
      if (owner.startsWith('S')) return { kind: 'ok', value: `<!subteam^${owner}>` };
      const id = await groups.idOf(owner.replace(/^@/, ''));
      return id.kind === 'ok' ? { kind: 'ok', value: id.value && `<!subteam^${id.value}>` } : id;
    },
    async nameOf(user) {
      if (user.startsWith('S')) return groups.nameOf(user);
      if (!names.has(user)) {
        const said = await askSlack(() => client.users.info({ user }));
        const { profile, real_name: realName } = (said.kind === 'ok' && said.value.user) || {};
        const name = profile?.display_name || profile?.real_name || realName;
        if (name) names.set(user, name);
      }
      return names.get(user);
    },
  };
}

/** One look at the names: all of them, or those found until time was up (`more`: the next look goes on from there). */
type Listed = { names: Map<string, string>; more: boolean };

function directory(list: () => Promise<Said<Listed>>, now: () => number) {
  let known = new Map<string, string>();
  let listedAt = Number.NEGATIVE_INFINITY;
  const idOf = async (name: string): Promise<Said<string | undefined>> => {
    if (!known.has(name) && now() - listedAt > missingForMs) {
      const listed = await list();
      // A list that could not be had changes nothing, so it may simply be asked again.
      if (listed.kind !== 'ok') return listed.kind === 'unsure' ? unclear : listed;
      known = listed.value.names;
      if (listed.value.more && !known.has(name)) return { kind: 'later', seconds: 1 };
      if (!listed.value.more) listedAt = now();
    }
    return { kind: 'ok', value: known.get(name) };
  };
  /** Looks the names up if nobody did so lately. */
  const nameOf = async (id: string): Promise<string | undefined> => {
    const find = () => [...known].find(([, one]) => one === id)?.[0];
    return find() ?? ((await idOf(`id ${id}`)).kind === 'ok' ? find() : undefined);
  };
  return { idOf, nameOf };
}

/** Page after page, in a very large workspace over several looks. */
function channelPages(client: WebClient, now: () => number): () => Promise<Said<Listed>> {
  let names = new Map<string, string>();
  let cursor = '';
  return () =>
    askSlack(async () => {
      const deadline = now() + pagesMs;
      if (!cursor) names = new Map();
      do {
        const page = await client.conversations.list({
          types: 'public_channel,private_channel',
          exclude_archived: true,
          limit: 1000,
          ...(cursor && { cursor }),
        });
        for (const { id, name } of page.channels ?? []) if (id && name) names.set(name, id);
        cursor = page.response_metadata?.next_cursor ?? '';
      } while (cursor && now() < deadline);
      return { names, more: cursor !== '' };
    });
}

/** Whether only the own organization reads a channel, asked anew every few minutes. */
function sharing(client: WebClient, now: () => number) {
  const unsharedAt = new Map<string, number>();
  const closed = new Set<string>();
  const isOursAlone = async (channel: string): Promise<Said<string>> => {
    if (now() - (unsharedAt.get(channel) ?? Number.NEGATIVE_INFINITY) < unsharedForMs) {
      return { kind: 'ok', value: channel };
    }
    const info = await askSlack(() => client.conversations.info({ channel }));
    if (info.kind === 'unsure') return unclear;
    if (info.kind !== 'ok') return info;
    const { is_ext_shared, is_pending_ext_shared, is_private, is_im, is_mpim } = info.value.channel ?? {};
    if (is_ext_shared) return { kind: 'refused', code: 'externally_shared' };
    if (is_pending_ext_shared || is_private || is_im || is_mpim) closed.add(channel);
    else closed.delete(channel);
    unsharedAt.set(channel, now());
    return { kind: 'ok', value: channel };
  };
  const isForAll = async (channel: string) => (await isOursAlone(channel)).kind === 'ok' && !closed.has(channel);
  return { isOursAlone, isForAll };
}

function listUserGroups(client: WebClient): Promise<Said<Listed>> {
  return askSlack(async () => {
    const { usergroups = [] } = await client.usergroups.list();
    const names = new Map(usergroups.flatMap(({ handle, id }) => (handle && id ? [[handle, id] as const] : [])));
    return { names, more: false };
  });
}
