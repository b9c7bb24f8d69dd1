import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyFound } from '../../../lib/pattern/why-found.ts';
import { openFailure } from '../../contracts/stores/samples.ts';

const failure = openFailure({
  component: 'checkout-api',
  title: 'Check of the basket failed',
  report: {
    whatHappened: 'GET /cart expected 200 but got 500',
    error: { type: 'TimeoutError', message: 'connection refused' },
    attemptedFixes: [],
  },
});

describe('why a failure was found', () => {
  it.each([
    ['refused connection', [{ kind: 'words', words: ['refused', 'connection'] }]],
    ['500', [{ kind: 'words', words: ['500'] }]],
    // Short words are too much alike.
    ['baskte', []],
    ['conection', [{ kind: 'spelt-alike', pairs: [{ typed: 'conection', found: 'connection' }] }]],
    ['timeouts', [{ kind: 'spelt-alike', pairs: [{ typed: 'timeouts', found: 'timeout' }] }]],
    ['checkout', [{ kind: 'component' }]],
    ['basket of checkout', [{ kind: 'words', words: ['basket'] }, { kind: 'component' }]],
    ['printer on fire', []],
    ['the of', []],
    [`what about ${failure.id.toLowerCase()}?`, [{ kind: 'id' }]],
  ])('%j', (typed, reasons) => {
    expect(whyFound(typed, failure)).toEqual(reasons);
  });

  it('never throws, and names only words that are in both', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (typed) => {
        for (const reason of whyFound(typed, failure)) {
          if (reason.kind === 'words') for (const word of reason.words) expect(typed.toLowerCase()).toContain(word);
        }
      }),
    );
  });
});
