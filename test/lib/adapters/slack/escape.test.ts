import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, clipStart, escapeAndClip, escapeMrkdwn, unescapeMrkdwn } from '../../../../lib/adapters/slack/escape.ts';

const text = fc.string({ unit: fc.oneof(fc.constantFrom('&', '<', '>', '🏺', 'a'), fc.string({ unit: 'grapheme' })) });
const points = (words: string) => Array.from(words).length;

describe('text from outside', () => {
  it('comes back as it was when it is unescaped, and holds no control character of Slack’s', () => {
    fc.assert(
      fc.property(text, (words) => {
        expect(unescapeMrkdwn(escapeMrkdwn(words))).toBe(words);
        expect(escapeMrkdwn(words)).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
      }),
    );
  });

  it('is clipped to the limit after escaping, never inside an entity or a character', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (words, max) => {
        for (const clipped of [clip(words, max), clipStart(words, max), escapeAndClip(words, max)]) {
          expect(points(clipped)).toBeLessThanOrEqual(max);
          expect(clipped.isWellFormed()).toBe(true);
        }
        expect(escapeAndClip(words, max)).not.toMatch(/&(?!(amp|lt|gt);)/);
        if (points(escapeMrkdwn(words)) <= max) expect(escapeAndClip(words, max)).toBe(escapeMrkdwn(words));
      }),
    );
  });
});
