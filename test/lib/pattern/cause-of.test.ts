import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../lib/pattern/cause.ts';
import { type CauseEvidence, causeOf } from '../../../lib/pattern/cause-of.ts';

const minutes = (count: number) => count * 60_000;
const allowed = { timeLimitMs: minutes(49) };

describe('what ended the work', () => {
  it.each<[Cause, CauseEvidence]>([
    ['quota', { message: 'Agent call failed', output: 'Claude AI usage limit reached|1757581200', durationMs: 4200 }],
    ['quota', { message: 'timeout_failure: true', output: 'Session limit reached ∙ resets 3am', durationMs: 20_000 }],
    ['quota', { message: 'You have exceeded your current quota, please check your plan', exitCode: 1 }],
    ['quota', { message: '429 Too Many Requests', durationMs: 900 }],
    ['quota', { message: "You've hit your limit · resets 3:30pm (Europe/Berlin)" }],
    ['turn-limit', { message: 'Reached max turns (30)', durationMs: minutes(21), ...allowed }],
    ['turn-limit', { message: 'error_max_turns', exitCode: 1 }],
    ['turn-limit', { message: 'The agent hit its limit of turns: break the task into smaller parts' }],
    ['turn-limit', { message: 'Agent stopped due to iteration limit.' }],
    ['time-limit', { message: 'agent failed (exit 1)', exitCode: 1, durationMs: minutes(48.9), ...allowed }],
    ['time-limit', { message: '`timeout 600 agent` failed (exit 124)', exitCode: 124 }],
    ['time-limit', { message: 'stopped after 300 s, its time limit', exitCode: 143 }],
    ['limit-mismatch', { message: 'failed (exit 124)', exitCode: 124, durationMs: 600_100, ...allowed }],
    ['limit-mismatch', { message: 'Command timed out after 600 s', durationMs: 600_000, ...allowed }],
    ['upstream', { message: 'API Error: 503 Service Unavailable', durationMs: 5000 }],
    ['upstream', { message: 'Request timed out', durationMs: 61_000, ...allowed }],
    ['upstream', { message: 'connect ECONNREFUSED 127.0.0.1:5432' }],
    ['upstream', { message: 'overloaded_error' }],
    ['killed', { message: '', output: '', exitCode: -1 }],
    ['killed', { message: 'killed by SIGKILL', exitCode: 137, output: 'building…' }],
    ['killed', { message: 'agent: exit 4294967295', exitCode: 4_294_967_295 }],
    ['other', { message: 'TypeError: cannot read price of undefined', exitCode: 1 }],
    ['other', { message: 'GET /orders answers 500', exitCode: 1 }],
  ])('%s: %j', (cause, evidence) => {
    expect(causeOf(evidence)).toBe(cause);
  });

  it.each<[string, CauseEvidence]>([
    [
      'a test about rate limits that fails',
      { message: 'AssertionError: expected 200, got 429', output: '✖ answers 429 too many requests', exitCode: 1 },
    ],
    [
      'work of half an hour that wrote about limits',
      {
        message: 'npm test failed',
        output: 'added a page "usage limit reached"',
        exitCode: 1,
        durationMs: minutes(30),
      },
    ],
    [
      'limits that stand far above the end of what it printed',
      { message: 'exit 1', output: `usage limit reached\n${'line\n'.repeat(40)}SyntaxError`, durationMs: 1000 },
    ],
    ['a test about a bad upstream', { message: 'not ok 3', output: 'expected 503 Service Unavailable', exitCode: 1 }],
  ])('is not misled by %s', (_, evidence) => {
    expect(causeOf(evidence)).toBe('other');
  });

  it('finds nothing in nothing', () => {
    expect(causeOf({ message: '' })).toBe('other');
  });
});
