import type { Json, PageMessage, PageState } from '../page-api.ts';
import { type Inline, parseMrkdwn } from './text/mrkdwn.ts';

const spoken = (text: string): Inline[] =>
  parseMrkdwn(text).flatMap((passage) => (passage.kind === 'pre' ? [] : passage.children.flatMap(withInner)));

const withInner = (node: Inline): Inline[] => ('children' in node ? node.children.flatMap(withInner) : [node]);

/** Every mention in a block: in its mrkdwn, and in its rich text. Plain text and code mention nobody. */
function mentionedIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(mentionedIn);
  if (typeof part !== 'object' || part === null) return [];
  const json: Json = { ...part };
  switch (json.type) {
    case 'mrkdwn':
      return mentionedInText(String(json.text));
    case 'user':
      return [String(json.user_id)];
    case 'usergroup':
      return [String(json.usergroup_id)];
    case 'broadcast':
      return ['everybody'];
    default:
      return Object.values(json).flatMap(mentionedIn);
  }
}

function mentionedInText(text: string): string[] {
  return spoken(text).flatMap((node) => {
    if (node.kind === 'broadcast') return ['everybody'];
    return node.kind === 'user' || node.kind === 'group' ? [node.id] : [];
  });
}

const known = new WeakMap<PageMessage, string[]>();

function mentionedBy(message: PageMessage): string[] {
  const before = known.get(message);
  if (before) return before;
  const ids = message.blocks?.length ? mentionedIn(message.blocks) : mentionedInText(message.text);
  known.set(message, ids);
  return ids;
}

/** True when the message speaks to this person: by name, by one of their groups, or to everybody. */
export function mentionsMe({ user, userGroups }: PageState, message: PageMessage): boolean {
  if (message.user === user.id) return false;
  const mine = userGroups.filter(({ members }) => members.includes(user.id)).map(({ id }) => id);
  return mentionedBy(message).some((id) => id === 'everybody' || id === user.id || mine.includes(id));
}
