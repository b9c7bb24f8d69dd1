// Guards against a report that never arrived, because a cell of its table held an emoji that the queue refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainJson } from '../../../../lib/adapters/sqs/plain-json.ts';

describe('JSON for a queue', () => {
  it('says the same, in characters that every queue takes', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = plainJson(JSON.stringify({ [text]: text }));
        expect(JSON.parse(plain)).toEqual({ [text]: text });
        expect(plain).toMatch(/^[\t\n\r\x20-\uD7FF\uE000-\uFFFD]*$/);
      }),
    ));

  it('leaves what every queue takes as it is', () => {
    expect(plainJson('{"text":"Grüße – 日本"}')).toBe('{"text":"Grüße – 日本"}');
    expect(plainJson('"🟢"')).toBe('"\\ud83d\\udfe2"');
  });
});
