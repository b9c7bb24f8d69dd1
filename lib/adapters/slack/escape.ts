/** Text from outside goes through here, or into plain_text or rich_text, where nothing is parsed. */

const ellipsis = '…';

/** Read in the order in which it was written: without the marks that turn the direction of what follows. */
export function inOrder(text: string): string {
  return text.replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '');
}

/** Slack's three control characters; what is escaped can neither mention, link nor ring. */
export function escapeMrkdwn(text: string): string {
  return inOrder(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What Slack sends of a typed text is escaped once; before it is compared or parsed it is turned back. */
export function unescapeMrkdwn(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** At most `max` code points, the last one "…" when something was left out. */
export function clip(given: string, max: number): string {
  const text = inOrder(given);
  if (text.length <= max) return text;
  const points = Array.from(text);
  return points.length <= max ? text : points.slice(0, max - 1).join('') + ellipsis;
}

/** The end of a text: the last lines of an output say what went wrong. */
export function clipStart(given: string, max: number): string {
  const text = inOrder(given);
  if (text.length <= max) return text;
  const points = Array.from(text);
  return points.length <= max ? text : ellipsis + points.slice(points.length - max + 1).join('');
}

/** Escaped, then clipped, since escaping lengthens; never cut inside an entity. */
export function escapeAndClip(text: string, max: number): string {
  return clipMrkdwn(escapeMrkdwn(text), max);
}

/** Our own mrkdwn, never cut inside a mention, a link, a date or an entity. */
export function clipMrkdwn(mrkdwn: string, max: number): string {
  if (Array.from(mrkdwn).length <= max) return mrkdwn;
  const pieces = mrkdwn.match(/<[^<>]*>|&(?:amp|lt|gt);|./gsu) ?? [];
  let length = 0;
  let kept = '';
  for (const piece of pieces) {
    length += Array.from(piece).length;
    if (length > max - 1) return kept + ellipsis;
    kept += piece;
  }
  return kept;
}

/** One line: a title stays a title. */
export function oneLine(text: string): string {
  return inOrder(text).replace(/\s+/gu, ' ').trim();
}
