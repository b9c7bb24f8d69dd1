import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textPieces } from '../../../../lib/adapters/slack/cards/text-pieces.ts';
import { limits } from '../../../../lib/adapters/slack/limits.ts';

const say = { heading: 'Report', elsewhere: 'It is whole elsewhere.' };
const textOf = (pieces: ReturnType<typeof textPieces>) =>
  pieces.map(({ blocks = [] }) => {
    const [block] = blocks;
    const elements = block?.type === 'rich_text' ? block.elements : [];
    const preformatted = elements.find(({ type }) => type === 'rich_text_preformatted');
    const [leaf] = preformatted?.type === 'rich_text_preformatted' ? preformatted.elements : [];
    return leaf?.type === 'text' ? leaf.text : '';
  });

describe('a long text in pieces', () => {
  it('loses no character and keeps to the limit, wherever its lines end', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 3000 }).map((text) => text.replaceAll('\n', ' '));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const whole = lines.join('\n') || ' ';
        const pieces = textOf(textPieces(whole, say));
        for (const piece of pieces) expect(Array.from(piece).length).toBeLessThanOrEqual(limits.messageText);
        expect(pieces.join('').replace(/\s/gu, '')).toBe(whole.replace(/\s/gu, ''));
      }),
      { numRuns: 40 },
    );
  });

  it('says loudly that it is cut when even five messages do not hold it', () => {
    const pieces = textPieces('word\n'.repeat(20_000), say);
    expect(pieces).toHaveLength(5);
    expect(JSON.stringify(pieces.slice(0, 4))).not.toContain('NOT ALL OF IT');
    expect(JSON.stringify(pieces[4])).toContain('NOT ALL OF IT FITS INTO SLACK. It is whole elsewhere.');
  });
});
