import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryChannelStore } from '../../../../lib/adapters/memory/noise-stores.ts';
import { memoryWorld } from '../../../../lib/adapters/memory/world.ts';
import { sharedBudget } from '../../../../lib/adapters/slack/shared-budget.ts';
import type { Content } from '../../../../lib/response/content.ts';
import type { Level } from '../../../../lib/signal/signal.ts';

const card = { kind: 'card' } as Content;

function room() {
  const clock = { now: 1_000_000 };
  const { channels } = memoryWorld();
  const budget = sharedBudget(memoryChannelStore({ channels }), () => clock.now);
  const edit = (ts: string, level: Level = 3) => budget.edit({ ts, level }, card);
  /** As many different messages, until there is no room. */
  const fill = async (level: Level) => {
    let taken = 0;
    while (!(await edit(`full-${level}-${taken}`, level))) taken++;
    return taken;
  };
  return { clock, edit, fill, channels };
}

describe('the room that all share', () => {
  it('takes many edits at once, and leaves some for what is worse', async () => {
    const { fill } = room();
    expect([await fill(3), await fill(5)]).toEqual([16, 4]);
  });

  it('who asks again before its turn keeps the turn, and keeps nobody else waiting', async () => {
    const { clock, edit, fill } = room();
    await fill(3);
    // The last one that found no room is in front of them.
    expect(await edit('1.1')).toEqual({ kind: 'later', seconds: 4 });
    for (let again = 0; again < 20; again++) expect((await edit('1.1'))?.seconds).toBe(4);
    expect(await edit('1.2')).toEqual({ kind: 'later', seconds: 6 });
    clock.now += 4000;
    expect([await edit('1.1'), (await edit('1.2'))?.seconds]).toEqual([undefined, 2]);
    clock.now += 2000;
    expect(await edit('1.2')).toBeUndefined();
  });

  it('what was edited a moment ago leaves two thirds of it to the others', async () => {
    const { clock, edit } = room();
    let edits = 0;
    while (!(await edit('1.1'))) edits++;
    expect(edits).toBe(6);
    expect(await edit('1.2')).toBeUndefined();
    clock.now += 1500;
    expect(await edit('1.1')).toBeUndefined();
  });

  it('who was promised a turn gets it about then, however many come anew', async () => {
    const model = fc.record({
      level: fc.constantFrom<Level>(3, 5),
      newEveryMs: fc.integer({ min: 50, max: 1500 }),
      /** How long after its turn each of them comes: clocks, queues and starts take time. */
      lateMs: fc.array(fc.nat(4000), { minLength: 1, maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(model, async ({ level, newEveryMs, lateMs }) => {
        const { clock, edit, fill } = room();
        const start = clock.now;
        await fill(level);
        const waiting: { ts: string; firstAt: number; comesAt: number; lateMs: number }[] = [];
        for (const [n, late] of lateMs.entries()) {
          const comesAt = clock.now + ((await edit(`promised-${n}`, level))?.seconds ?? 0) * 1000 + late;
          waiting.push({ ts: `promised-${n}`, firstAt: comesAt, comesAt, lateMs: late });
        }
        for (let n = 0; waiting.length > 0; n++) {
          clock.now = start + n * newEveryMs;
          for (const one of waiting.filter(({ comesAt }) => comesAt <= clock.now)) {
            const later = await edit(one.ts, level);
            expect(clock.now - one.firstAt).toBeLessThanOrEqual(2000 + newEveryMs + 1000 + one.lateMs);
            if (later) one.comesAt = clock.now + later.seconds * 1000;
            else waiting.splice(waiting.indexOf(one), 1);
          }
          await edit(`new-${n}`, level);
        }
      }),
    );
  });

  it('who never comes back for its turn holds up the others for a moment only, and is forgotten', async () => {
    const { clock, edit, fill, channels } = room();
    await fill(3);
    for (let n = 0; n < 500; n++) await edit(`gone-${n}`);
    expect(JSON.stringify(channels.get('edits')).length).toBeLessThan(4000);
    clock.now += 200_000;
    expect(await edit('1.1')).toBeUndefined();
    expect(channels.get('edits')?.turns).toEqual([]);
  });

  it('never gives more than 50 edits in any minute, whoever asks when', async () => {
    const ask = fc.record({ afterMs: fc.nat(3000), ts: fc.nat(30).map(String), level: fc.constantFrom<Level>(2, 5) });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 60, maxLength: 200 }), async (asks) => {
        const { clock, edit } = room();
        const takenAt: number[] = [];
        for (const { afterMs, ts, level } of asks) {
          clock.now += afterMs % 7 === 0 ? afterMs : afterMs % 50;
          if (!(await edit(ts, level))) takenAt.push(clock.now);
        }
        for (const from of takenAt) {
          expect(takenAt.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(50);
        }
      }),
    );
  });
});
