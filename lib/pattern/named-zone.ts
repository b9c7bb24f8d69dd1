import { knownZone } from './zoned-time.ts';

/** The zone that stands behind a time in a text. `unreadable`: one is named, and nobody here knows which time that is. */
export type NamedZone = 'none' | 'unreadable' | { zone: string };

/** Of abbreviations only these mean one zone everywhere (RFC 5322, and Central Europe's); IST and BST are three and two. */
const abbreviations: Record<string, string> = {
  UTC: 'UTC',
  GMT: 'UTC',
  UT: 'UTC',
  Z: 'UTC',
  EST: '-05:00',
  EDT: '-04:00',
  CST: '-06:00',
  CDT: '-05:00',
  MST: '-07:00',
  MDT: '-06:00',
  PST: '-08:00',
  PDT: '-07:00',
  CET: '+01:00',
  CEST: '+02:00',
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
};

const place = /^\s*\(?\s*([a-z]+(?:[_-][a-z]+)*(?:\/[a-z0-9_+-]+)+)/i;
const offset = /^\s*\(?\s*(?:(?:UTC|GMT)\s?([+−-])(\d{1,2})(?::?(\d\d))?|([+−-])(\d\d)(?::?(\d\d))?)(?![\d:])/i;
const universal = /^\s*\(?\s*(UTC|GMT|UT|Z)\b/i;
/** In brackets it can hardly be a word; outside of them a zone ends in T. */
const abbreviation = /^\s*(?:\(\s*([A-Z]{2,5})\s*\)|([A-Z]{1,4}T)\b)/;
/** "local time", "Pacific Time", "your time zone" */
const inWords = /^\s*\(?\s*(?:[a-z]+ )?[a-z]+ (?:(?:standard|daylight|summer) )?time\b/i;
const furthestEast = 14 * 60;
const furthestWest = 12 * 60;

/** `after` is what follows the time: " (Europe/Berlin)", "+05:30", " UTC+2", " PDT". */
export function namedZone(after: string): NamedZone {
  const [, name] = place.exec(after) ?? [];
  if (name !== undefined) return readable(knownZone(name));
  const found = offset.exec(after);
  if (found) return readable(offsetZone(found[1] ?? found[4], found[2] ?? found[5], found[3] ?? found[6]));
  const [, bracketed, bare] = abbreviation.exec(after) ?? [];
  const short = universal.exec(after)?.[1]?.toUpperCase() ?? bracketed ?? bare;
  if (short !== undefined) return readable(abbreviations[short]);
  return inWords.test(after) ? 'unreadable' : 'none';
}

const readable = (zone: string | undefined): NamedZone => (zone === undefined ? 'unreadable' : { zone });

/** As Intl takes it; undefined for one that is on no clock. */
function offsetZone(sign: string | undefined, hours = '0', minutes = '0'): string | undefined {
  const away = Number(hours) * 60 + Number(minutes);
  const isEast = sign === '+';
  if (Number(minutes) > 59 || away > (isEast ? furthestEast : furthestWest)) return undefined;
  return `${isEast ? '+' : '-'}${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}
