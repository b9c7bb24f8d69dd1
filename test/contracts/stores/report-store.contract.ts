import { describe, expect, it } from 'vitest';
import { reportedText } from '../../../lib/report/report-text.ts';
import type { ReportVersion } from '../../../lib/report/report-version.ts';
import { newFailureId } from './samples.ts';
import type { Stores } from './stores.ts';

export function reportVersion(given: Partial<ReportVersion> = {}): ReportVersion {
  return {
    schema: 1,
    failureId: newFailureId(),
    episode: 1,
    version: 2,
    by: 'U0ADA0ADA',
    at: '2026-11-03T12:00:00.000Z',
    text: { ...reportedText({ whatHappened: 'It broke.', attemptedFixes: [] }), rootCause: 'The disk was full.' },
    ...given,
  };
}

export function reportStoreContract(name: string, stores: () => Stores): void {
  describe(`ReportStore contract: ${name}`, () => {
    it('keeps every version as it was given, oldest first', async () => {
      const first = reportVersion();
      const later = { ...first, version: 10, follows: 2, by: 'U0GRACE00', text: { ...first.text, lessons: '' } };
      expect([await stores().reports.put(later), await stores().reports.put(first)]).toEqual([true, true]);
      expect(await stores().reports.list(first.failureId)).toStrictEqual([first, later]);
      expect(await stores().reports.get(first.failureId, 10)).toStrictEqual(later);
      expect(await stores().reports.get(first.failureId, 3)).toBeUndefined();
      expect(await stores().reports.list(newFailureId())).toEqual([]);
    });

    it('gives a number to one of two writers, and never writes over a version', async () => {
      const mine = reportVersion();
      const other = { ...mine, by: 'U0GRACE00' };
      const [one, two] = await Promise.all([stores().reports.put(mine), stores().reports.put(other)]);
      expect([one, two].toSorted()).toEqual([false, true]);
      expect(await stores().reports.get(mine.failureId, 2)).toStrictEqual(one ? mine : other);
    });
  });
}
