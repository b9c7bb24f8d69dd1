import { describe, expect, it } from 'vitest';
import { approverWords } from '../../../../lib/adapters/slack/approval-words.ts';

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
