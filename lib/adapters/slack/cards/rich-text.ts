import type {
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextList,
  RichTextPreformatted,
  RichTextSection,
} from '@slack/types';
import { type Actor, isPerson } from '../../../failure/ids.ts';
import { clip, escapeAndClip, inOrder } from '../escape.ts';

/** Rich text is never parsed: whatever stands in a text leaf can neither mention, link nor format. */

/** Slack refuses an empty one. */
const leaf = (words: string): string => inOrder(words) || ' ';

type Style = { bold?: boolean; italic?: boolean; code?: boolean };

export function text(words: string, style?: Style): RichTextElement {
  return { type: 'text', text: leaf(words), ...(style && { style }) };
}

export function date(iso: string): RichTextElement {
  return { type: 'date', timestamp: Math.floor(Date.parse(iso) / 1000), format: dateFormat, fallback: utc(iso) };
}

export function link(url: string, words: string): RichTextElement {
  return { type: 'link', url, text: leaf(words) };
}

export function section(...elements: RichTextElement[]): RichTextSection {
  return { type: 'rich_text_section', elements };
}

export function bullets(items: RichTextSection[]): RichTextList {
  return { type: 'rich_text_list', style: 'bullet', elements: items };
}

export function preformatted(words: string): RichTextPreformatted {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: leaf(words) }] };
}

export function richText(...elements: RichTextBlockElement[]): RichTextBlock {
  return { type: 'rich_text', elements };
}

/** People's names as plain words. A post that names them by id would ring them for what they did themselves; an edit rings nobody. */
export type NameOf = (by: Actor) => string | undefined;
export const byId: NameOf = () => undefined;

/** A person by name, or by id, which Slack shows as the name; the parts of Kintsugi by what they are. */
export function actor(by: Actor, nameOf: NameOf = byId): RichTextElement {
  if (!isPerson(by)) return text(partName(by));
  const name = nameOf(by);
  return name ? text(clip(name, 80)) : { type: 'user', user_id: by };
}

/** The same for mrkdwn. */
export function actorMrkdwn(by: Actor, nameOf: NameOf = byId): string {
  if (!isPerson(by)) return partName(by);
  const name = nameOf(by);
  return name ? escapeAndClip(name, 80) : `<@${by}>`;
}

/** Who ended a failure, or who asked for the recovery that did. */
export function endedBy(
  { by, how, askedBy }: { by: Actor; how: 'recovery' | 'person'; askedBy?: Actor | undefined },
  nameOf?: NameOf,
): string {
  if (how === 'person') return `by ${actorMrkdwn(by, nameOf)}`;
  const verified = 'by a recovery that was verified';
  if (!askedBy) return verified;
  return `${verified}, ${isPerson(askedBy) ? 'asked for' : 'proposed'} by ${actorMrkdwn(askedBy, nameOf)}`;
}

/** A moment in the reader's own time zone, for mrkdwn. */
export function dateMrkdwn(iso: string): string {
  return `<!date^${Math.floor(Date.parse(iso) / 1000)}^${dateFormat}|${utc(iso)}>`;
}

const dateFormat = '{date_short_pretty} at {time}';

function utc(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function partName(by: Actor): string {
  // An owner may be a user group, which is named without a ring.
  if (by.startsWith('@')) return clip(by.slice(1), 80);
  if (/^S[A-Z0-9]{5,}$/.test(by)) return 'its team';
  const [kind, name] = by.split(':');
  return kind === 'runner' && name ? `runner ${clip(name.replace(/[<>&]/g, ''), 40)}` : 'Kintsugi';
}
