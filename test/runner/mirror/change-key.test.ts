import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { changeItemText, type ItemFields, newItemText, readItem } from '../../../runner/mirror/item-file.ts';
import '../../repeatable.ts';

function fieldsOf(text: string, changed: Partial<ItemFields>): ItemFields {
  const read = readItem(text, 't-1');
  if (read.kind !== 'item') throw new Error(read.problem);
  return { ...read.fields, ...changed };
}
const change = (text: string, changed: Partial<ItemFields>) =>
  changeItemText(text, Object.keys(changed) as (keyof ItemFields)[], fieldsOf(text, changed));

const written = `# Mine
id:   t-1
tags: [a,b,  c]
limits: {turns: 5}
title:  "Build the cart"   # as said on Monday

requirements:
  # the first
  - prices # in cents
  - taxes

notes: |
    Deep
    text

owner:   me
`;

// Guards against a file that was written anew for one key: lists and maps spaced anew, line ends and byte order mark lost.
describe.each([
  ['as it is', (text: string) => text],
  ['with the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ['with a byte order mark', (text: string) => `\uFEFF${text}`],
])('a file %s', (_, form) => {
  it.each<[string, Partial<ItemFields>, string, string]>([
    ['a title', { title: 'Build' }, 'title:  "Build the cart"', 'title: "Build"'],
    ['a priority that it did not say', { priority: 50 }, 'owner:   me\n', 'owner:   me\npriority: 50\n'],
    ['a list', { requirements: ['prices', 'all taxes'] }, '  - taxes\n', '  - all taxes\n'],
    ['no list', { requirements: [] }, 'requirements:\n  # the first\n  - prices # in cents\n  - taxes\n', ''],
    ['a text', { notes: 'Other\nlines\n' }, '|\n    Deep\n    text\n', '|\n  Other\n  lines\n'],
  ])('says %s on the lines of that key, and keeps all others', (_name, changed, from, to) => {
    expect(change(form(written), changed)).toBe(form(written.replace(from, to)));
  });
});

it.each([
  ['{id: t-1, title: One}\n', 'Other, with a comma'],
  ['title: One # no line end', 'Two'],
  ['? title\n: One\nid: t-1\n', 'Two'],
  ['---\nid: t-1\ntitle: &t One\n...\n', 'Two\nlines'],
])('changes the title of %j', (text, title) => {
  const after = change(text, { title });
  expect(fieldsOf(after, {}).title).toBe(title);
});

it('says what it was told and all that it said before, in any style', () => {
  const word = fc.stringMatching(/^[a-z#:,'"[\]{}|>&*!%@` -]{1,12}$/).filter((text) => text.trim() !== '');
  const text = fc.oneof(
    word,
    fc.tuple(word, word).map(([one, other]) => `${one}\n${other}\n`),
  );
  const item = fc.record({ id: fc.constant('t-1'), own: word, title: word, requirements: fc.array(word), notes: text });
  const changed = fc.record(
    { title: word, requirements: fc.array(word), notes: fc.option(text, { nil: undefined }), priority: fc.nat(999) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(item, changed, fc.boolean(), fc.boolean(), (said, values, isFlow, isWindows) => {
      const document = parseDocument('{}\n');
      document.contents = document.createNode(said, { flow: isFlow }) as NonNullable<typeof document.contents>;
      const lines = document.toString().replaceAll('\n', isWindows ? '\r\n' : '\n');
      const after = change(lines, values);
      expect(parse(after).own).toBe(said.own);
      expect(fieldsOf(after, {})).toEqual(fieldsOf(lines, values));
    }),
  );
});

it('writes hours as people do, and reads the same minutes back', () => {
  const fields: ItemFields = {
    title: 'x',
    kind: 'task',
    priority: 100,
    estimateMinutes: 200,
    requirements: [],
    notes: undefined,
    parent: undefined,
    failureId: undefined,
  };
  expect(newItemText('t-1', fields)).toContain('estimated_hours: 3.33\n');
  fc.assert(
    fc.property(fc.nat(6_000_000), (estimateMinutes) => {
      const read = readItem(newItemText('t-1', { ...fields, estimateMinutes }), 't-1');
      expect(read).toMatchObject({ kind: 'item', fields: { estimateMinutes } });
    }),
  );
});
