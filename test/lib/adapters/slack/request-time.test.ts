import { describe, expect, it } from 'vitest';
import { askSlack } from '../../../../lib/adapters/slack/ask-slack.ts';
import { askInTime, requestTimeLeft, withinRequest } from '../../../../lib/adapters/slack/request-time.ts';

const never = () => new Promise<never>(() => undefined);

describe('the time of one request', () => {
  it('is shared by all that is asked in it, and no call outlives it', async () => {
    const [first, second] = await withinRequest(async () => {
      const left = requestTimeLeft() ?? 0;
      const answers = [await askInTime(never, 20), await askInTime(async () => 'quick')];
      expect(requestTimeLeft()).toBeLessThan(left - 15);
      return answers;
    });
    expect(first).toEqual({ late: 'unanswered' });
    expect(second).toEqual({ answer: 'quick' });
  });

  it('that is over asks nothing more', async () => {
    let asked = 0;
    const count = async () => asked++;
    expect(await askInTime(count, 0)).toEqual({ late: 'not-asked' });
    expect(await askSlack(count, { ms: -1 })).toMatchObject({ kind: 'later' });
    expect(asked).toBe(0);
  });

  it('ends an answer that does not come as one that may have come', async () => {
    expect(await askSlack(never, { ms: 10 })).toEqual({ kind: 'unsure' });
  });

  it('is nothing to what nobody waits for', async () => {
    expect(requestTimeLeft()).toBeUndefined();
    expect(await askSlack(async () => 1)).toEqual({ kind: 'ok', value: 1 });
  });
});
