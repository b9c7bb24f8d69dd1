import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuestion } from '../../../lib/report/read-question.ts';

/** A Wednesday. */
const now = new Date('2026-11-18T10:30:00.000Z');
const components = [
  { name: 'api', title: 'Public API' },
  { name: 'checkout-api', title: 'Checkout' },
  { name: 'shop', title: 'Shop' },
];
const read = (text: string) => readQuestion(text, { components, now });
const day = (date: string) => `2026-11-${date}T00:00:00.000Z`;

describe('a question', () => {
  it.each([
    ['<@U0BOT> what broke api yesterday?', { component: 'api', since: day('17'), until: day('18') }, ''],
    ['what’s broken in the shop', { component: 'shop' }, ''],
    [
      'Any timeouts in checkout last week?',
      { component: 'checkout-api', since: day('09'), until: day('16') },
      'timeouts',
    ],
    ['what is broken in checkout-api right now', { component: 'checkout-api', status: 'open' }, ''],
    ['which critical failures were fixed since monday?', { minLevel: 4, status: 'resolved', since: day('16') }, ''],
    ['connection refused in the last 3 hours', { since: '2026-11-18T07:30:00.000Z' }, 'connection refused'],
    ['have we seen “deadlock detected” before?', {}, 'deadlock detected'],
    ['what happened last night', { since: '2026-11-17T18:00:00.000Z', until: '2026-11-18T08:00:00.000Z' }, ''],
    ['what failed on Wednesday', { since: day('11'), until: day('12') }, ''],
    ['sev>=3 on 2026-11-02', { minLevel: 3, since: day('02'), until: day('03') }, ''],
    ['what broke 2 days ago', { since: day('16'), until: day('17') }, ''],
    ['capital apis and shopping', {}, 'capital apis shopping'],
    ['hello', {}, ''],
  ])('%j', (text, filter, words) => {
    const question = read(text);
    expect(question.filter).toEqual({ status: 'all', ...filter });
    expect(question.words).toBe(words);
  });

  it('is said back in the words that were understood', () => {
    expect(read('what broke api yesterday?').understood).toEqual({ component: 'Public API', period: 'yesterday' });
    expect(read('open major ones of Shop').understood).toMatchObject({ level: 'major and worse', status: 'open' });
  });

  it('never throws, whatever it is and whatever the components are called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (text, title) => {
        readQuestion(`${text} ${title} last 99 days`, { components: [{ name: 'x', title }], now });
      }),
    );
  });
});
