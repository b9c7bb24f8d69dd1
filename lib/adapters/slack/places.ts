import type { WebClient } from '@slack/web-api';
import type { Said } from '../../response/board.ts';
import { askSlack } from './ask-slack.ts';

/** Names in policy → ids in Slack, looked up once a sandbox; what is not found is asked again after a while. */
export interface Places {
  channelId(channel: string): Promise<Said<string>>;
  /** Undefined: nobody of that name. */
  mentionOf(owner: string): Promise<Said<string | undefined>>;
  /** What people call this person; undefined when Slack does not say. */
  nameOf(user: string): Promise<string | undefined>;
}

/** A channel or group that was missing may have been made since. */
const missingForMs = 60_000;

export function slackPlaces(client: WebClient, now: () => number = Date.now): Places {
  const channels = directory(() => listChannels(client), now);
  const groups = directory(() => listUserGroups(client), now);
  const names = new Map<string, string>();
  return {
    async channelId(channel) {
      if (!channel.startsWith('#')) return { kind: 'ok', value: channel };
      const id = await channels(channel.slice(1));
      if (id.kind !== 'ok') return id;
      return id.value ? { kind: 'ok', value: id.value } : { kind: 'refused', code: 'channel_not_found' };
    },
    async mentionOf(owner) {
      if (/^[UW]/.test(owner)) return { kind: 'ok', value: `<@${owner}>` };
      if (owner.startsWith('S')) return { kind: 'ok', value: `<!subteam^${owner}>` };
      const id = await groups(owner.replace(/^@/, ''));
      return id.kind === 'ok' ? { kind: 'ok', value: id.value && `<!subteam^${id.value}>` } : id;
    },
    async nameOf(user) {
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

function directory(list: () => Promise<Said<Map<string, string>>>, now: () => number) {
  let known = new Map<string, string>();
  let listedAt = Number.NEGATIVE_INFINITY;
  return async (name: string): Promise<Said<string | undefined>> => {
    if (!known.has(name) && now() - listedAt > missingForMs) {
      const listed = await list();
      // A list that could not be had changes nothing, so it may simply be asked again.
      if (listed.kind !== 'ok') return listed.kind === 'unsure' ? { kind: 'later', seconds: 5 } : listed;
      known = listed.value;
      listedAt = now();
    }
    return { kind: 'ok', value: known.get(name) };
  };
}

function listChannels(client: WebClient): Promise<Said<Map<string, string>>> {
  return askSlack(async () => {
    const ids = new Map<string, string>();
    let cursor = '';
    do {
      const page = await client.conversations.list({
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: 1000,
        ...(cursor && { cursor }),
      });
      for (const { id, name } of page.channels ?? []) if (id && name) ids.set(name, id);
      cursor = page.response_metadata?.next_cursor ?? '';
    } while (cursor);
    return ids;
  });
}

function listUserGroups(client: WebClient): Promise<Said<Map<string, string>>> {
  return askSlack(async () => {
    const { usergroups = [] } = await client.usergroups.list();
    return new Map(usergroups.flatMap(({ handle, id }) => (handle && id ? [[handle, id] as const] : [])));
  });
}
