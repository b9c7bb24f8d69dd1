import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAlike, memoryText } from '../../../lib/pattern/similar-failures.ts';

const failure = (title: string, whatHappened: string, message?: string) =>
  memoryText({ title, report: { whatHappened, attemptedFixes: [], ...(message && { error: { message } }) } });

describe('isAlike', () => {
  it('finds the same failure whatever its ids and times', () => {
    const one = failure('Checkout of order 8841 timed out', 'connect ETIMEDOUT 10.0.0.7:5432 at 03:12:45');
    const other = failure('Checkout of order 12 timed out', 'connect ETIMEDOUT 10.1.9.2:5432 at 17:00:01');
    expect(isAlike(one, other)).toBe(true);
  });

  it('finds what is worded a little differently', () => {
    const one = failure('Cart total is wrong', "Cannot read properties of undefined (reading 'percent')");
    const other = failure(
      'The totals of carts are off',
      "TypeError: Cannot read properties of undefined (reading 'percentage')",
    );
    expect(isAlike(one, other)).toBe(true);
  });

  it('does not take failures for alike that share a few words only', () => {
    const one = failure('Search index cannot be built', 'java.lang.OutOfMemoryError: Java heap space');
    const other = failure('Invoices cannot be mailed', 'SMTP server answered 550 mailbox unavailable');
    expect(isAlike(one, other)).toBe(false);
  });

  it('does not take two failing checks for alike because the same command ran', () => {
    // Guards against neighbours by title: every failing `npm test` has the same one.
    const one = failure('`npm test` failed (exit 1)', 'x', 'TypeError: price of undefined in the cart total');
    const other = failure('`npm test` failed (exit 1)', 'x', 'ENOENT: no such file, open config/mail.json');
    expect(isAlike(one, other)).toBe(false);
  });

  it('says the same from both sides, and yes to itself', () => {
    const text = fc.record({ message: fc.lorem({ maxCount: 20 }) });
    fc.assert(
      fc.property(text, text, (a, b) => isAlike(a, b) === isAlike(b, a) && isAlike(a, a)),
      { examples: [[{ message: 'a' }, { message: '' }]] },
    );
  });
});
