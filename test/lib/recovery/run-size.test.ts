import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunnerReport } from '../../../lib/recovery/command.ts';
import { keepSteps, maxSteps } from '../../../lib/recovery/keep-steps.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import type { RunStep } from '../../../lib/recovery/run.ts';
import { limits, shorten, shortenStart } from '../../../lib/recovery/text-limits.ts';
import { failureId, type ReportBody, recoveryWorld, reportOf } from './recovery-world.ts';

/** As DynamoDB counts: names and texts in UTF-8, and a little for each value. */
function itemBytes(value: unknown): number {
  if (typeof value === 'string') return 1 + Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + 1 + itemBytes(each), 3);
  if (typeof value !== 'object' || value === null) return 21;
  return Object.entries(value).reduce((sum, [name, each]) => sum + 1 + Buffer.byteLength(name) + itemBytes(each), 3);
}

/** Texts of one, two, three and four bytes a character, most of them as long as they may be. */
const textUpTo = (maxBytes: number) =>
  fc
    .tuple(fc.constantFrom('x', 'é', '€', '😀'), fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })))
    .map(([character, part]) => character.repeat(Math.floor((maxBytes * part) / Buffer.byteLength(character))));
const Step = fc.record(
  {
    name: fc.oneof(textUpTo(limits.stepName), fc.string({ maxLength: 25 })),
    state: fc.constantFrom('started' as const, 'done' as const, 'failed' as const),
    detail: fc.oneof(textUpTo(limits.detail), fc.string({ maxLength: 250 })),
    outputTail: textUpTo(limits.outputTail),
    durationMs: fc.nat(),
  },
  { requiredKeys: ['name', 'state'] },
);
const Said = fc.oneof(
  { weight: 8, arbitrary: Step.map((step) => ({ kind: 'step' as const, step })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('refused' as const),
      code: fc.constantFrom('forged', 'repeated'),
      reason: textUpTo(limits.reason),
      advice: textUpTo(limits.advice),
    }),
  },
);
const Plan = fc.record({
  hash: fc.constant('ab'.repeat(32)),
  summary: textUpTo(limits.detail),
  total: fc.nat(),
  items: fc.array(fc.record({ what: textUpTo(limits.path), change: fc.constant('recreate' as const) }), {
    minLength: limits.paths - 2,
    maxLength: limits.paths,
  }),
});
const Result = fc.record({
  kind: fc.constant('result' as const),
  ok: fc.boolean(),
  reason: textUpTo(limits.reason),
  refs: fc.array(textUpTo(limits.ref), { maxLength: limits.refs }),
  table: fc.record({
    columns: fc.array(textUpTo(limits.cell), { minLength: limits.columns, maxLength: limits.columns }),
    rows: fc.array(fc.array(textUpTo(limits.cell), { minLength: limits.columns, maxLength: limits.columns }), {
      minLength: limits.rows - 2,
      maxLength: limits.rows,
    }),
  }),
  failedChange: fc.record({
    ref: textUpTo(limits.ref),
    files: fc.nat(),
    linesAdded: fc.nat(),
    linesRemoved: fc.nat(),
    paths: fc.array(textUpTo(limits.path), { maxLength: limits.changedPaths }),
  }),
});

it('keeps a run below 100 kB while it works, and below 200 kB with all that it found, whatever its runner reports and however much', async () => {
  await fc.assert(
    fc.asyncProperty(Plan, fc.array(Said, { minLength: 60, maxLength: 120 }), Result, async (plan, said, result) => {
      const world = await recoveryWorld();
      const asked = await requestRecovery(world.ports, { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' });
      if (asked.kind !== 'requested') throw new Error(asked.because);
      const bodies = [{ kind: 'ready' as const, plan, nonce: 'n'.repeat(100) }, ...said, result];
      for (const [index, body] of bodies.entries()) {
        if (body === result) expect(itemBytes((await world.run(asked.run.id)).run)).toBeLessThan(100_000);
        const report = reportOf(world, asked.run.id, { ...body, sequence: index + 1 } as ReportBody);
        await recordReport(world.ports, RunnerReport.parse(report));
      }
      const { run } = await world.run(asked.run.id);
      expect(['succeeded', 'failed']).toContain(run.state);
      expect(itemBytes(run)).toBeLessThan(200_000);
    }),
    { numRuns: 10 },
  );
});

it('keeps a run that works below 100 kB when every text is as long as it may be', () => {
  const steps = Array.from({ length: 200 }, (_, index): RunStep => {
    const name = String(index).padEnd(limits.stepName, 'n');
    const detail = 'd'.repeat(limits.detail);
    return { sequence: index + 1, name, state: 'failed', at: '2026-05-04T10:00:00.000Z', detail, outputTail: detail };
  });
  const plan = Array.from({ length: limits.paths }, () => ({ what: 'p'.repeat(limits.path), change: 'recreate' }));
  const refs = Array.from({ length: limits.refs }, () => 'r'.repeat(limits.ref));
  const bytes = itemBytes({ steps: keepSteps(steps), plan, refs, reason: 'r'.repeat(limits.reason) });
  expect(bytes).toBeLessThan(95_000);
});

describe('the steps that are kept', () => {
  const numbered = fc
    .array(
      fc.record({
        name: fc.constantFrom('Save everything', 'Roll back', 'Check', 'Check, attempt 2 of 2', 'Undo'),
        state: fc.constantFrom('started' as const, 'done' as const, 'failed' as const),
        detail: fc.constantFrom('one', 'two'),
      }),
      { maxLength: 12 },
    )
    .map((steps) => steps.map((step, index) => ({ ...step, sequence: index + 1, at: '2026-05-04T10:00:00.000Z' })));

  const oneByOne = (steps: RunStep[]) => {
    let kept: RunStep[] = [];
    for (const step of steps) kept = keepSteps([...kept, step]);
    return kept;
  };

  it('are the same whatever order they came in', () => {
    fc.assert(
      fc.property(
        numbered.chain((steps) =>
          fc.tuple(fc.constant(steps), fc.shuffledSubarray(steps, { minLength: steps.length })),
        ),
        ([steps, shuffled]) => {
          expect(oneByOne(shuffled)).toEqual(oneByOne(steps));
        },
      ),
    );
  });

  const step = (sequence: number, name: string, state: RunStep['state']): RunStep => ({
    sequence,
    name,
    state,
    at: '2026-05-04T10:00:00.000Z',
  });

  it('are one entry for a start and its end, and the newest of too many', () => {
    expect(keepSteps([step(1, 'Check', 'started'), step(2, 'Check', 'done')])).toEqual([step(2, 'Check', 'done')]);
    const many = Array.from({ length: maxSteps + 60 }, (_, index) => step(index + 1, `Step ${index}`, 'done'));
    expect(keepSteps(many).map(({ sequence }) => sequence)).toEqual(Array.from({ length: maxSteps }, (_, i) => i + 61));
  });
});

describe('a text that is too long', () => {
  it('fits when it was shortened, and says so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), fc.constantFrom(100, 300, 1000), (long, max) => {
        for (const fitted of [shorten(long, max), shortenStart(long, max)]) {
          expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(max);
          expect(fitted.isWellFormed()).toBe(true);
        }
        if (Buffer.byteLength(long) <= max) expect(shorten(long, max)).toBe(long.toWellFormed());
      }),
    );
    expect(shorten('€'.repeat(500), 300)).toMatch(/^€+\n… \d+ characters left out …\n€+$/);
    expect(shortenStart('€'.repeat(500), 100)).toBe('€'.repeat(33));
  });

  const paths = (count: number, length: number) =>
    Array.from({ length: count }, () => ({ what: 'p'.repeat(length), change: 'delete' }));
  const ready = (planned: object[]) => ({
    kind: 'ready',
    nonce: 'n'.repeat(32),
    plan: { hash: 'ab'.repeat(32), summary: 'Back to good', total: 99, items: planned },
  });
  const result = (refs: string[], reason = 'It works.') => ({ kind: 'result', ok: true, reason, refs });
  const step = (said: object) => ({ kind: 'step', step: { name: 'Check', state: 'done', ...said } });

  it.each([
    ['a path too many', ready(paths(50, 300)), ready(paths(51, 300))],
    ['a path too long', ready(paths(1, 300)), ready(paths(1, 301))],
    ['a ref too many', result(Array(20).fill('refs/x')), result(Array(21).fill('refs/x'))],
    ['a ref too long', result(['r'.repeat(300)]), result(['r'.repeat(301)])],
    ['a reason too long', result([], 'r'.repeat(1000)), result([], 'r'.repeat(1001))],
    ['a detail too long', step({ detail: '€'.repeat(333) }), step({ detail: '€'.repeat(334) })],
    ['output too long', step({ outputTail: 'o'.repeat(2500) }), step({ outputTail: 'o'.repeat(2501) })],
    ['a name too long', step({ name: 'n'.repeat(100) }), step({ name: 'n'.repeat(101) })],
  ])('makes a report invalid that nobody shortened: %s', (_what, good, bad) => {
    const about = { version: 1, runner: 'demo', failureId, runId: 'R-0123456789', sequence: 1 };
    const isValid = (body: object) =>
      RunnerReport.safeParse({ ...about, at: '2026-05-04T10:00:00.000Z', ...body }).success;
    expect([isValid(good), isValid(bad)]).toEqual([true, false]);
  });
});
