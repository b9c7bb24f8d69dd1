import type { Json } from '../../page-api.ts';
import type { Channel, Mentions, UserGroup } from '../state/model.ts';

/** Finds whom a message names, where Slack looks: mrkdwn and markdown text, and the mention parts of rich text. */
export function findMentions(text: string, blocks: readonly Json[] = []): Mentions {
  const users = new Set<string>();
  const userGroups = new Set<string>();
  const broadcasts = new Set<Mentions['broadcasts'][number]>();

  const readText = (words: string) => {
    for (const [, user] of words.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)) if (user) users.add(user);
    for (const [, group] of words.matchAll(/<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>/g)) if (group) userGroups.add(group);
    for (const [, range] of words.matchAll(/<!(here|channel|everyone)(?:\|[^>]*)?>/g)) addBroadcast(range);
  };
  const addBroadcast = (range: unknown) => {
    if (range === 'here' || range === 'channel' || range === 'everyone') broadcasts.add(range);
  };
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    // The parts of a list are its values, as those of an object are.
    const node = part as Json;
    if ((node.type === 'mrkdwn' || node.type === 'markdown') && typeof node.text === 'string') readText(node.text);
    if (node.type === 'user' && typeof node.user_id === 'string') users.add(node.user_id);
    if (node.type === 'usergroup' && typeof node.usergroup_id === 'string') userGroups.add(node.usergroup_id);
    if (node.type === 'broadcast') addBroadcast(node.range);
    for (const inner of Object.values(node)) visit(inner);
  };

  readText(text);
  visit(blocks);
  return { users: [...users], userGroups: [...userGroups], broadcasts: [...broadcasts] };
}

/** The people whom these mentions reach: named, through a group, or through the channel. */
export function reachedBy(
  mentions: Mentions,
  channel: Channel,
  groups: readonly UserGroup[],
  author: string,
): string[] {
  const throughGroups = groups
    .filter((group) => mentions.userGroups.includes(group.id))
    .flatMap((group) => group.members);
  const throughChannel = mentions.broadcasts.length > 0 ? channel.members : [];
  const reached = new Set([...mentions.users, ...throughGroups, ...throughChannel]);
  reached.delete(author);
  return [...reached];
}
