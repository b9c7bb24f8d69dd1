import { expect, it } from 'vitest';
import { runnersMessage } from '../../../../lib/adapters/slack/cards/runners-message.ts';
import { limits } from '../../../../lib/adapters/slack/limits.ts';

const textIn = (block: unknown): number =>
  [...JSON.stringify(block).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].reduce(
    (sum, [, text = '']) => sum + text.length,
    0,
  );

it('keeps to what one message takes, however many runners can do however much', () => {
  const states = Array.from({ length: 40 }, (_, index) => ({
    name: `runner-${index}`,
    state: 'quiet' as const,
    quietForMs: 10 ** 9,
    hasKey: false,
    heard: {
      version: 1 as const,
      kind: 'presence' as const,
      runner: `runner-${index}`,
      at: '2026-11-22T12:00:00.000Z',
      heardAt: '2026-11-22T12:00:00.000Z',
      startedAt: '2026-11-22T12:00:00.000Z',
      release: '1'.repeat(40),
      host: 'h'.repeat(200),
      abilities: Object.fromEntries(Array.from({ length: 30 }, (_, one) => [`component-${one}`.padEnd(64, 'x'), []])),
      actions: { shop: Array.from({ length: 50 }, () => 'a'.repeat(64)) },
    },
  }));
  const { blocks } = runnersMessage(states);
  expect(blocks.length).toBeLessThanOrEqual(limits.messageBlocks);
  expect(blocks.reduce((sum, block) => sum + textIn(block), 0)).toBeLessThanOrEqual(limits.messageText);
  expect(JSON.stringify(blocks)).toContain('… and 25 more');
});
