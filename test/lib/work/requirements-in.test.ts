import fc from 'fast-check';
import { expect, it } from 'vitest';
import { priorityAhead } from '../../../lib/work/place-ahead.ts';
import { requirementsIn, typedRequirements } from '../../../lib/work/requirements-in.ts';

it.each([
  ['- one\n- two\n', ['one', 'two']],
  ['It must:\n1. read\n 2) write\n* [ ] tell\nThat is all.', ['read', 'write', 'tell']],
  ['read the file\nwrite the rows', ['read the file', 'write the rows']],
  ['- one alone', []],
  ['one line', []],
  ['', []],
])('%j asks for %j', (text, list) => {
  expect(requirementsIn(text)).toEqual(list);
});

it('takes the marks off a typed list, and counts what stands there twice once', () => {
  expect(typedRequirements('1. read\n\n - \n* read\n2.5 times faster')).toEqual(['read', '2.5 times faster']);
});

it('reads its own lines back, whatever is typed', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (lines) => {
      const read = typedRequirements(lines.join('\n'));
      expect(new Set(read).size).toBe(read.length);
      expect(read.every((line) => line.trim() === line && line !== '')).toBe(true);
    }),
  );
});

it('finds a priority that comes before, unless there is nothing before 0', () => {
  const [older, younger] = ['2026-11-22T12:00:00.000Z', '2026-11-22T12:00:01.000Z'];
  expect(priorityAhead({ createdAt: younger }, { priority: 100, createdAt: older })).toBe(99);
  expect(priorityAhead({ createdAt: older }, { priority: 100, createdAt: younger })).toBe(100);
  expect(priorityAhead({ createdAt: younger }, { priority: 0, createdAt: older })).toBeUndefined();
});
