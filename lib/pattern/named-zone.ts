import { knownZone } from './zoned-time.ts';

/** The zone that stands behind a time in a text. `unreadable`: one is named, and nobody here knows which time that is. */
export type NamedZone = 'none' | 'unreadable' | { zone: string };

/** Of abbreviations only these mean one zone everywhere. IST, BST and CST are three, two and two. */
const abbreviations: Record<string, string> = {
  UTC: 'UTC',
  GMT: 'UTC',
  UT: 'UTC',
  Z: 'UTC',
  EST: '-05:00',
  EDT: '-04:00',
  CDT: '-05:00',
  MST: '-07:00',
  MDT: '-06:00',
  PST: '-08:00',
  PDT: '-07:00',
  CET: '+01:00',
  CEST: '+02:00',
  EET: '+02:00',
  EEST: '+03:00',
  MSK: '+03:00',
  JST: '+09:00',
  KST: '+09:00',
  AEST: '+10:00',
  AEDT: '+11:00',
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
};

/** What stands before "Time", or before "Standard Time" and the like. */
const inWords = new Map([
  ['coordinated universal', 'UTC'],
  ['universal', 'UTC'],
  ['greenwich mean', 'UTC'],
  ['eastern', 'America/New_York'],
  ['eastern standard', '-05:00'],
  ['eastern daylight', '-04:00'],
  ['central', 'America/Chicago'],
  ['central standard', '-06:00'],
  ['central daylight', '-05:00'],
  ['mountain', 'America/Denver'],
  ['mountain standard', '-07:00'],
  ['mountain daylight', '-06:00'],
  ['pacific', 'America/Los_Angeles'],
  ['pacific standard', '-08:00'],
  ['pacific daylight', '-07:00'],
  ['central european', 'Europe/Berlin'],
  ['central european summer', '+02:00'],
]);

/** "(noon)" and "noon" say nothing new, and "in" and a comma may stand before any zone. */
const introduction = /^(?:\s*\(?(?:noon|midday|midnight)\b\)?)?(?:\s*,(?=\s*[a-z(]))?\s*(?:in\s+(?:the\s+)?)?/i;
const place = /^\(?\s*([a-z]+(?:[_-][a-z]+)*(?:\/[a-z0-9_+-]+)+)/i;
const offset = /^\(?\s*(?:(?:UTC|GMT)\s?([+−-])(\d{1,2})(?::?(\d\d))?|([+−-])(\d\d)(?::?(\d\d))?)(?![\d:])/i;
const universal = /^\(?\s*(UTC|GMT|UT|Z)\b/i;
/** In brackets it can hardly be a word; outside of them a zone ends in T, but for Moscow's. */
const abbreviation = /^(?:\(\s*([A-Z]{2,5})\s*\)|([A-Z]{1,4}T|MSK)\b)/;
/** "(local)", "local time", "server time", "your time zone": whose that is, the text does not say. */
const ofSomebody =
  /^\(?\s*(?:(?:your|their|our|my|its|the)\s+)?(?:local\b|(?<=(?:your|their|our|my)\s+)time\b|(?:[a-z]+\s+)?(?:local|server|system|account|workspace)\s+time\b|time\s?zone\b)/i;
/** "Pacific Time", "Tokyo time", but not "Next time". */
const time =
  /^\(?\s*(?!(?:Next|Last|This|Any|Some|Each|Every|Another|What|First)\b)(\p{Lu}\p{L}*(?:\s\p{L}+){0,2}?)\s[Tt]ime\b/u;
/** "(Berlin)", "(New York)", or "Tokyo" with nothing behind it. */
const town =
  /^(?:\(\s*(\p{Lu}[\p{L}.' -]*?)\s*\)|(\p{Lu}[\p{L}'-]*(?: \p{Lu}[\p{L}'-]*){0,2})(?=\s*(?:$|[.,;:!?·|)])))/u;
const furthestEast = 14 * 60;
const furthestWest = 12 * 60;

/** `after` is what follows the time: " (Europe/Berlin)", "+05:30", " UTC+2", " PDT", " (Berlin)", ", Pacific Time". */
export function namedZone(after: string): NamedZone {
  const said = after.replace(introduction, '');
  const [, name] = place.exec(said) ?? [];
  if (name !== undefined) return readable(knownZone(name));
  const found = offset.exec(said);
  if (found) return readable(offsetZone(found[1] ?? found[4], found[2] ?? found[5], found[3] ?? found[6]));
  const [, bracketed, bare] = abbreviation.exec(said) ?? [];
  const short = universal.exec(said)?.[1]?.toUpperCase() ?? bracketed ?? bare;
  if (short !== undefined) return readable(abbreviations[short]);
  if (ofSomebody.test(said)) return 'unreadable';
  const [, words] = time.exec(said) ?? [];
  if (words !== undefined) return readable(inWords.get(words.toLowerCase()) ?? zoneOfTown(words));
  const [, inBrackets, alone] = town.exec(said) ?? [];
  const named = inBrackets ?? alone ?? '';
  const zone = inWords.get(named.toLowerCase()) ?? zoneOfTown(named);
  if (zone !== undefined) return { zone };
  // One name in brackets is a place that nobody here knows; more words are a remark.
  return inBrackets !== undefined && !inBrackets.includes(' ') ? 'unreadable' : 'none';
}

const readable = (zone: string | undefined): NamedZone => (zone === undefined ? 'unreadable' : { zone });

const regions = ['Africa', 'America', 'Asia', 'Atlantic', 'Australia', 'Europe', 'Indian', 'Pacific'];
/** The zone that is called after this town; undefined when there is none. */
function zoneOfTown(town: string): string | undefined {
  const zones = regions.map((region) => knownZone(`${region}/${town.replaceAll(' ', '_')}`));
  const [zone, ...others] = new Set(zones.filter((known) => known !== undefined));
  return others.length === 0 ? zone : undefined;
}

/** As Intl takes it; undefined for one that is on no clock. */
function offsetZone(sign: string | undefined, hours = '0', minutes = '0'): string | undefined {
  const away = Number(hours) * 60 + Number(minutes);
  const isEast = sign === '+';
  if (Number(minutes) > 59 || away > (isEast ? furthestEast : furthestWest)) return undefined;
  return `${isEast ? '+' : '-'}${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}
