import { expect, it, vi } from 'vitest';
import { startSchedule } from '../../../local/lambda-host/schedule.ts';
import { startFixture } from './start-fixture.ts';

it('a function with two schedules is fired by both', async () => {
  const fixture = await startFixture({ serviceFile: 'two-schedules.yml', maxSandboxes: 2 });
  try {
    const outcomes = await fixture.host.fire('clock');
    expect(outcomes.map(({ kind }) => kind)).toEqual(['returned', 'returned']);
  } finally {
    await fixture.stop();
  }
});

it('a schedule without a time has no timer, and is fired by hand', async () => {
  vi.useFakeTimers();
  try {
    const invoke = vi.fn(async () => ({ kind: 'returned', requestId: '1', payload: 'null' }) as const);
    const schedule = startSchedule({ ruleName: 'quiet', twiceEvery: 0, retries: 0, invoke });
    expect(vi.getTimerCount()).toBe(0);
    expect(await schedule.fire()).toHaveLength(1);
    schedule.stop();
  } finally {
    vi.useRealTimers();
  }
});
