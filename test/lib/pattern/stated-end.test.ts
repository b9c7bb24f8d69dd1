import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnd, statedEnd } from '../../../lib/pattern/stated-end.ts';
import { momentsOf, wallTimeAt } from '../../../lib/pattern/zoned-time.ts';

const now = new Date('2025-09-11T06:20:00Z');
const read = (text: string, timeZone?: string, at = now) => statedEnd(text, { now: at, timeZone })?.toISOString();

describe('the end that a text names', () => {
  it.each([
    ['Claude AI usage limit reached|1757581200', '2025-09-11T09:00:00.000Z'],
    ['usage limit reached|1757581200000', '2025-09-11T09:00:00.000Z'],
    ['x-ratelimit-reset: 1757581200', '2025-09-11T09:00:00.000Z'],
    ['5-hour limit reached ∙ resets 9am', '2025-09-11T09:00:00.000Z'],
    ['Session limit reached ∙ resets 3am', '2025-09-12T03:00:00.000Z'],
    ['limit resets at 3:30 pm (Europe/Berlin)', '2025-09-11T13:30:00.000Z'],
    ['Your limit will reset at 12am (America/New_York).', '2025-09-12T04:00:00.000Z'],
    ['resets 15:30 UTC', '2025-09-11T15:30:00.000Z'],
    ['resets at 5:45 a.m. (Asia/Kolkata)', '2025-09-12T00:15:00.000Z'],
    ["You've hit your weekly limit · resets Sep 14, 1pm (Europe/London)", '2025-09-14T12:00:00.000Z'],
    ['resets tomorrow at 8am', '2025-09-12T08:00:00.000Z'],
    ['HTTP 429\nRetry-After: 120', '2025-09-11T06:22:00.000Z'],
    ['"retry-after": "7"', '2025-09-11T06:20:07.000Z'],
    ['Retry-After: Thu, 11 Sep 2025 07:28:00 GMT', '2025-09-11T07:28:00.000Z'],
    ['retry after 2 minutes', '2025-09-11T06:22:00.000Z'],
    ['Please try again in 5 hours', '2025-09-11T11:20:00.000Z'],
    ['Please try again in 6m0s.', '2025-09-11T06:26:00.000Z'],
    ['Please try again in 1h20m', '2025-09-11T07:40:00.000Z'],
    ['try again in 1 hour and 30 minutes', '2025-09-11T07:50:00.000Z'],
    ['Rate limit reached. Please try again in 1.5s.', '2025-09-11T06:20:01.500Z'],
    ['quota resets at 2025-09-12T00:00:00Z', '2025-09-12T00:00:00.000Z'],
    ['available again 2025-09-11 18:00:00+02:00', '2025-09-11T16:00:00.000Z'],
    ['resets 3am (+05:30)', '2025-09-11T21:30:00.000Z'],
    ['resets 3am +0530', '2025-09-11T21:30:00.000Z'],
    ['resets 3am UTC+2', '2025-09-12T01:00:00.000Z'],
    ['resets 3am (GMT-3)', '2025-09-12T06:00:00.000Z'],
    ['resets 3am (Etc/GMT+3)', '2025-09-12T06:00:00.000Z'],
    ['resets at 15:30Z', '2025-09-11T15:30:00.000Z'],
    ['resets 3am PDT', '2025-09-11T10:00:00.000Z'],
    ['resets 5pm (CEST)', '2025-09-11T15:00:00.000Z'],
    ['quota resets at 2025-09-12 02:00 UTC+2', '2025-09-12T00:00:00.000Z'],
    ['quota resets at 2025-09-12T02:00:00+0200', '2025-09-12T00:00:00.000Z'],
    ['quota resets at 2025-09-12 02:00 (Europe/Berlin)', '2025-09-12T00:00:00.000Z'],
    ['resets 3am (Berlin)', '2025-09-12T01:00:00.000Z'],
    ['resets 3am (New York)', '2025-09-11T07:00:00.000Z'],
    ['resets 3am Tokyo', '2025-09-11T18:00:00.000Z'],
    ['resets 3am, Tokyo time', '2025-09-11T18:00:00.000Z'],
    ['resets 3am MSK', '2025-09-12T00:00:00.000Z'],
    ['resets at 3am, Pacific Time', '2025-09-11T10:00:00.000Z'],
    ['resets at 3 a.m. Pacific Time', '2025-09-11T10:00:00.000Z'],
    ['resets 3am Central European Time', '2025-09-12T01:00:00.000Z'],
    ['resets at 12:00 (noon) UTC', '2025-09-11T12:00:00.000Z'],
    ['resets at 12:00 (noon) PDT', '2025-09-11T19:00:00.000Z'],
    ['resets 3am (Eastern)', '2025-09-11T07:00:00.000Z'],
    ['resets 12:00 noon (Berlin)', '2025-09-11T10:00:00.000Z'],
    ['resets 02:00-03:00', '2025-09-12T03:00:00.000Z'],
    ['resets 02:00–03:00 (Berlin)', '2025-09-12T01:00:00.000Z'],
    ['resets 2am-3am PDT', '2025-09-11T10:00:00.000Z'],
    ['resets 2-3am', '2025-09-12T03:00:00.000Z'],
    ['resets Sep 14, 11pm to 1am', '2025-09-15T01:00:00.000Z'],
    ['resets 02:00 -03:00', '2025-09-12T05:00:00.000Z'],
    ['resets at 3:30 pm. Next time ask earlier.', '2025-09-11T15:30:00.000Z'],
    ['resets at 3:30 p.m. Next time ask earlier.', '2025-09-11T15:30:00.000Z'],
    ['resets 3am every time', '2025-09-12T03:00:00.000Z'],
    ['resets 3am (Pro plan)', '2025-09-12T03:00:00.000Z'],
    ['resets 3am - 5 requests left', '2025-09-12T03:00:00.000Z'],
  ])('%s', (text, end) => {
    expect(read(text)).toBe(end);
  });

  it('counts a time without a zone in the zone that it is given, and survives one that is none', () => {
    expect(read('resets 3am', 'Europe/Berlin')).toBe('2025-09-12T01:00:00.000Z');
    expect(read('resets 3am', 'Mars/Olympus')).toBe('2025-09-12T03:00:00.000Z');
  });

  it('says in which zone a time was read that names none', () => {
    const zoneOf = (text: string) => readEnd(text, { now })?.assumedZone;
    expect(zoneOf('resets 3am')).toBe('UTC');
    expect(zoneOf('quota resets at 2025-09-12 02:00')).toBe('UTC');
    for (const text of ['resets 3am (UTC)', 'resets 3am (+05:30)', 'try again in 5 hours', 'limit reached|1757581200'])
      expect(zoneOf(text)).toBeUndefined();
  });

  // Guards against an end that is hours off: read in UTC, because nobody knew the zone that stood there.
  it.each([
    '(Mars/Olympus)',
    '(+25:00)',
    'UTC+15',
    '(IST)',
    'BST',
    '(local time)',
    '(local)',
    ', local time',
    'server time',
    'your time',
    'Constructor time',
    'Bangalore time',
    '(Bangalore)',
    'CST',
    '(noon) IST',
    'in your time zone',
  ])('knows no end that is told in the zone %s', (zone) => {
    expect(read(`resets 3am ${zone}`)).toBeUndefined();
    expect(read(`quota resets at 2025-09-12 02:00 ${zone}`)).toBeUndefined();
  });

  it('knows the nights on which the clocks change', () => {
    const spring = new Date('2026-03-28T22:00:00Z');
    // 02:30 is not there that night: the clock that is an hour later is meant.
    expect(read('resets 2:30am (Europe/Berlin)', undefined, spring)).toBe('2026-03-29T01:30:00.000Z');
    expect(read('resets 3am (Europe/Berlin)', undefined, spring)).toBe('2026-03-29T01:00:00.000Z');
    const autumn = new Date('2026-10-24T22:00:00Z');
    // 02:30 comes twice: the first that is still to come is meant.
    expect(read('resets 2:30am (Europe/Berlin)', undefined, autumn)).toBe('2026-10-25T00:30:00.000Z');
    expect(read('resets 3am (Europe/Berlin)', undefined, autumn)).toBe('2026-10-25T02:00:00.000Z');
    const between = new Date('2026-10-25T00:45:00Z');
    expect(read('resets 2:30am (Europe/Berlin)', undefined, between)).toBe('2026-10-25T01:30:00.000Z');
  });

  it.each([
    'TypeError: cannot read price of undefined',
    'at 2025-09-11T06:00:00Z the request failed',
    'order 1757581200 is unknown',
    'retry 3 of 5 failed',
    'the session lasted 5 hours',
    'resets 99:99',
    'limit reached|17',
    'usage limit reached|9999999999',
    '',
  ])('reads no end out of "%s"', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is now when it has just passed, and a week and a day when it is far away', () => {
    expect(read('usage limit reached|1757570000')).toBe(now.toISOString());
    expect(read('try again in 20 days')).toBe('2025-09-19T06:20:00.000Z');
  });

  it('never lies before now, nor more than eight days ahead, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom('resets', 'at', 'in', '3am', 'pm', '|', 'Retry-After:', 'limit', 'hours', '(Europe/Berlin)', ':'),
      fc.nat(2_000_000_000).map(String),
      fc.string({ maxLength: 12 }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), moment, (pieces, at) => {
        const end = statedEnd(pieces.join(' '), { now: at });
        if (end === undefined) return;
        expect(end.getTime()).toBeGreaterThanOrEqual(at.getTime());
        expect(end.getTime()).toBeLessThanOrEqual(at.getTime() + 8 * 86_400_000);
      }),
    );
  });

  it('reads a zone behind the point of an abbreviation, and knows none of those that mean two', () => {
    expect(read('resets at 3 p.m. PDT')).toBe('2025-09-11T22:00:00.000Z');
    for (const zone of ['IST', '(CST)', 'Local time', '(local)'])
      expect(read(`resets at 3 p.m. ${zone}.`)).toBeUndefined();
  });

  it('is not changed by a sentence that follows', () => {
    const first = fc.constantFrom(
      'resets 3am',
      'resets at 3:30 pm',
      'resets at 3:30 p.m',
      'resets 5pm (CEST)',
      'resets 3am Tokyo',
      'resets 02:00-03:00',
      'quota resets at 2025-09-12 02:00',
      'usage limit reached|1757581200',
      'try again in 5 hours',
      'Retry-After: 120',
    );
    const start = fc.constantFrom(
      'Next time',
      'Wait',
      'WAIT',
      'It',
      'GET /v1 failed',
      'Try again in 7 minutes',
      'This',
    );
    const word = fc.constantFrom(
      'resets 4am',
      'time',
      'UTC',
      '(Berlin)',
      'local',
      'until 05:00',
      'in 2 days',
      '|1757581300',
    );
    fc.assert(
      fc.property(first, start, fc.array(word, { maxLength: 4 }), (said, begun, words) => {
        expect(read(`${said}. ${[begun, ...words, 'and so on'].join(' ')}.`)).toBe(read(said));
      }),
    );
  });

  it('is the next moment at which clocks there show the time, in any zone and on any night', () => {
    const offset = fc
      .tuple(fc.constantFrom('+', '-'), fc.nat(11), fc.constantFrom('00', '30', '45'))
      .map(([sign, hours, minutes]) => `${sign}${String(hours).padStart(2, '0')}:${minutes}`);
    const zone = fc.oneof(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), offset);
    const quarter = 15 * 60_000;
    const span = { min: Date.parse('2024-01-01') / quarter, max: Date.parse('2030-01-01') / quarter };
    fc.assert(
      fc.property(zone, fc.integer(span), fc.nat(23), fc.nat(3), (timeZone, quarters, hour, part) => {
        const at = new Date(quarters * quarter);
        const minute = part * 15;
        const text = `resets at ${hour}:${String(minute).padStart(2, '0')} (${timeZone})`;
        const end = statedEnd(text, { now: at });
        expect(end).toBeDefined();
        if (!end) return;
        const shows = (moment: number) => {
          const shown = wallTimeAt(new Date(moment), timeZone);
          return shown.hour === hour && shown.minute === minute;
        };
        // Only the hour that a night leaves out cannot be shown.
        const wall = { ...wallTimeAt(end, timeZone), hour, minute };
        expect(shows(end.getTime()) || momentsOf(wall, timeZone)[0].getTime() === end.getTime()).toBe(true);
        // Every clock change and every offset is a multiple of a quarter of an hour: none in between shows it.
        for (let moment = at.getTime() + quarter; moment < end.getTime(); moment += quarter)
          expect(shows(moment)).toBe(false);
      }),
    );
  });
});
