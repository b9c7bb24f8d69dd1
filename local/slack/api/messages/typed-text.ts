import type { Channel, User, UserGroup } from '../state/model.ts';

interface Names {
  users: readonly User[];
  channels: readonly Channel[];
  userGroups: readonly UserGroup[];
}

export const escapeText = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * What the server makes of what a person typed: special characters escaped, and names turned into ids.
 * A command without `should_escape` keeps names as typed; with it, ids carry their names: `<@U1|ada>`.
 */
export function typedText(typed: string, names: Names, as: 'message' | 'command' | 'escaped-command'): string {
  const escaped = escapeText(typed);
  if (as === 'command') return escaped;
  const labelled = as === 'escaped-command';
  return escaped
    .replace(/(^|[\s(])@([\w.-]*[\w-])/g, (whole, before: string, name: string) => {
      const mention = mentionOf(name, names, labelled);
      return mention ? before + mention : whole;
    })
    .replace(/(^|[\s(])#([\w-]+)/g, (whole, before: string, name: string) => {
      const channel = names.channels.find((candidate) => candidate.name === name && candidate.kind === 'public');
      return channel ? `${before}<#${channel.id}|${channel.name}>` : whole;
    })
    .replace(/(^|\s)(https?:\/\/[^\s<>|]+)/g, (_, before: string, url: string) => `${before}<${url}>`);
}

function mentionOf(name: string, { users, userGroups }: Names, labelled: boolean): string | undefined {
  if (name === 'here' || name === 'channel' || name === 'everyone') return `<!${name}>`;
  const user = users.find((candidate) => candidate.name === name);
  if (user) return labelled ? `<@${user.id}|${user.name}>` : `<@${user.id}>`;
  const group = userGroups.find((candidate) => candidate.handle === name);
  return group && `<!subteam^${group.id}|@${group.handle}>`;
}
