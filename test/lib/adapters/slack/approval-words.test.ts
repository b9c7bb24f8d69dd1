import { describe, expect, it } from 'vitest';
import { approverWords, tooFewWords } from '../../../../lib/adapters/slack/approval-words.ts';

describe('who may approve', () => {
  it('stands in a post by name, and rings nobody', () => {
    const names = new Map([
      ['U0ADA1234', 'Ada'],
      ['S0TEAM999', 'shop-team'],
    ]);
    const words = approverWords(['U0ADA1234', 'S0TEAM999', '@oncall', 'U0GONE123'], (id) => names.get(id));
    expect(words).toContain('Who may: Ada, shop-team, oncall, one more person');
    expect(words).not.toMatch(/[<@]/);
  });

  it('stands in an edit as Slack shows it', () => {
    expect(approverWords(['U0ADA1234', 'S0TEAM999'])).toContain('<@U0ADA1234>, <!subteam^S0TEAM999>');
  });
});

it('says of a request that can never be approved how many may, and what helps', () => {
  const asked = (approvalsNeeded: number, othersWhoMay?: number) => tooFewWords({ approvalsNeeded, othersWhoMay });
  expect([asked(0, 0), asked(2, 2), asked(1), asked(2)]).toEqual([undefined, undefined, undefined, undefined]);
  expect(asked(1, 0)).toMatch(
    /^⚠️ Nobody besides who asks may approve this, and it takes 1.*let somebody ask who is no/,
  );
  expect(tooFewWords({ approvalsNeeded: 2, othersWhoMay: 1, isProposed: true })).toBe(
    '⚠️ Only one person may approve this, and it takes 2: it cannot begin like that. What helps: name more people under recovery.mayApprove in kintsugi.yml.',
  );
});
