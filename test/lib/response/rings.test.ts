import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../lib/response/desk.ts';
import { ringFor } from '../../../lib/response/rings.ts';
import { startShow } from './shown.ts';

/** What an approval asks: nobody who was called for the failure just now. */
describe('a question to those who were called for the failure', () => {
  const at = Date.parse('2026-05-04T10:00:00Z');
  const desk = (rung: Record<string, number>) => ({ card: { rung } }) as unknown as Desk;

  it('does not ring within five minutes, under whatever name they were called', async () => {
    const { ports } = startShow();
    const ring = await ringFor(ports, desk({ S0ONCALL: at - 4 * 60_000 }), ['@oncall', 'U0LEAD1'], {
      unlessRecent: true,
    });
    expect(ring).toEqual({
      mention: ['U0LEAD1'],
      remembered: { rung: { S0ONCALL: at - 4 * 60_000, U0LEAD1: at } },
    });
  });

  it('rings later', async () => {
    const { ports } = startShow();
    const ring = await ringFor(ports, desk({ S0ONCALL: at - 5 * 60_000 }), ['@oncall'], { unlessRecent: true });
    expect(ring.mention).toEqual(['@oncall']);
  });
});
