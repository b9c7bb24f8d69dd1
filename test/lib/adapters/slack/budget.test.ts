import type { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { askSlack } from '../../../../lib/adapters/slack/ask-slack.ts';
import { slackBudget } from '../../../../lib/adapters/slack/budget.ts';
import { findByToken } from '../../../../lib/adapters/slack/find-by-token.ts';

describe('when Slack takes few posts', () => {
  const post = 'chat.postMessage C1';

  // Guards against a burst of small failures that keeps a critical one out of its channel.
  it('levels 4 and 5 go at once, the others every other second, and a minute later all as ever', () => {
    const clock = { now: 0 };
    const budget = slackBudget(() => clock.now);
    expect(budget.wait(post, 2)).toBeUndefined();
    budget.note(post, { kind: 'later', seconds: 10 });
    clock.now += 4000;
    expect(budget.wait(post, 5)).toEqual({ kind: 'later', seconds: 6 });
    clock.now += 6000;
    expect(budget.wait(post, 3)).toEqual({ kind: 'later', seconds: 2 });
    for (const level of [4, 5, 4] as const) expect(budget.wait(post, level)).toBeUndefined();
    let lower = 0;
    for (let second = 0; second < 20; second++) {
      clock.now += 1000;
      for (let failure = 0; failure < 30; failure++) if (!budget.wait(post, 1)) lower++;
    }
    expect(lower).toBe(10);
    expect(budget.wait('chat.postMessage C2', 1)).toBeUndefined();
    clock.now += 60_000;
    for (let failure = 0; failure < 3; failure++) expect(budget.wait(post, 1)).toBeUndefined();
  });
});

describe('the look for a message', () => {
  it('gives up well before the function’s time limit, and says that nothing is known', async () => {
    const clock = { now: 0 };
    const client = {
      conversations: {
        async history() {
          clock.now += 2900;
          return { messages: [], response_metadata: { next_cursor: 'more' } };
        },
      },
    };
    const said = await askSlack(() =>
      findByToken(client as unknown as WebClient, { channel: 'C1' }, 'F-7K3Q9D/1', 0, () => clock.now),
    );
    expect(said.kind).toBe('later');
    expect(clock.now).toBeLessThan(15_000);
  });
});
