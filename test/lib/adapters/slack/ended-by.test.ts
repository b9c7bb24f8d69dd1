import { describe, expect, it } from 'vitest';
import { endedBy } from '../../../../lib/adapters/slack/cards/rich-text.ts';

describe('a resolved card', () => {
  const by = 'runner:demo';
  it('says who asked for the recovery that ended it, where that is known', () => {
    expect(endedBy({ by, how: 'recovery', askedBy: 'U0ADA' })).toBe(
      'by a recovery that was verified, asked for by <@U0ADA>',
    );
    expect(endedBy({ by, how: 'recovery' })).toBe('by a recovery that was verified');
    expect(endedBy({ by: 'U0ADA', how: 'person' }, () => 'ada')).toBe('by ada');
  });
});
