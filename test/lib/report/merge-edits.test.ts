import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeEdits } from '../../../lib/report/merge-edits.ts';
import { fieldNames, type ReportText, reportedText } from '../../../lib/report/report-text.ts';

/** Few words, so that two people often change the same, and sometimes say the same. */
const words = fc.constantFrom('', 'the disk', 'the pool', 'a deploy');
const text = fc.record({
  ...Object.fromEntries(fieldNames.map((field) => [field, words])),
  system: fc.constantFrom('', 'running', 'degraded', 'down'),
  dataImpact: fc.constantFrom('', 'none', 'some', 'significant'),
}) as fc.Arbitrary<ReportText>;

describe('two edits of one report', () => {
  it('keep every field that anybody changed: it is saved, stands as the other wrote it, or is asked again with both', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, current) => {
        const merged = mergeEdits({ base, mine, current });
        for (const field of fieldNames) {
          const asked = merged.conflicts.find((one) => one.field === field);
          const [isMine, isTheirs] = [mine[field] !== base[field], current[field] !== base[field]];
          if (isTheirs) expect(merged.text[field]).toBe(current[field]);
          else expect(merged.text[field]).toBe(isMine ? mine[field] : base[field]);
          if (isMine && isTheirs && mine[field] !== current[field]) {
            expect(asked).toEqual({ field, base: base[field], mine: mine[field], theirs: current[field] });
          } else expect(asked).toBeUndefined();
        }
        expect(merged.saved).toEqual(fieldNames.filter((field) => merged.text[field] !== current[field]));
      }),
    );
  });

  it('change nothing when sent a second time', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, current) => {
        const first = mergeEdits({ base, mine, current });
        const again = mergeEdits({ base, mine, current: first.text });
        expect([again.saved, again.text]).toEqual([[], first.text]);
      }),
    );
  });

  it('come to the same whoever is first, where they differ in no field', () => {
    const base = reportedText({ whatHappened: 'It broke.', attemptedFixes: [] });
    const [ada, grace] = [
      { ...base, impact: 'All shops' },
      { ...base, lessons: 'Watch the disk' },
    ];
    const one = mergeEdits({ base, mine: grace, current: mergeEdits({ base, mine: ada, current: base }).text });
    const other = mergeEdits({ base, mine: ada, current: mergeEdits({ base, mine: grace, current: base }).text });
    expect(one.text).toEqual(other.text);
    expect(one.text).toMatchObject({ impact: 'All shops', lessons: 'Watch the disk' });
  });
});
