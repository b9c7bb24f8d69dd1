import { describe, expect, it } from 'vitest';
import { seeded } from '../../../bench/replay/random.ts';
import { recordOf } from '../../../bench/replay/record.ts';
import { replay } from '../../../bench/replay/simulate.ts';

describe('a real queue of failures, played again', () => {
  const random = () => seeded(2025);

  it('has the counts of the record: 113 attempts, 97 items, 90 repeats, waves by cause', () => {
    const { attempts } = recordOf(random(), 1);
    expect(attempts).toHaveLength(113);
    expect(attempts.filter(({ again }) => again)).toHaveLength(113 - 97);
    expect(attempts.filter(({ isRepeat }) => isRepeat)).toHaveLength(90);
    const by = (cause: string) => attempts.filter((one) => one.cause === cause).length;
    expect(['turn-limit', 'quota', 'limit-mismatch', 'upstream', 'killed'].map(by)).toEqual([49, 42, 11, 6, 5]);
    expect(recordOf(random(), 1)).toEqual(recordOf(random(), 1));
  });

  it('prevents at least 80 of the 90 repeats, holds at most 2 % for nothing, and every healthy item ends well', async () => {
    const source = random();
    const result = await replay(recordOf(source, 1), source);
    expect(result.repeats).toBe(90);
    expect(result.prevented).toBeGreaterThanOrEqual(80);
    expect(result.falseStops / result.healthy).toBeLessThanOrEqual(0.02);
    expect(result.healthyDone).toBe(result.healthy);
    expect(result.failures + result.prevented).toBeLessThanOrEqual(113);
  });
});
