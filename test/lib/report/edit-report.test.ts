import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { FailureId } from '../../../lib/failure/ids.ts';
import { newFailure } from '../../../lib/failure/new-failure.ts';
import { editReport, readText, resolveWithReport, textAt } from '../../../lib/report/edit-report.ts';
import type { ReportText } from '../../../lib/report/report-text.ts';
import { Signal } from '../../../lib/signal/signal.ts';

const [ada, grace] = ['U0ADA0ADA', 'U0GRACE00'];
const failureId = FailureId.parse('F-7K3Q9D');
const at = '2026-05-04T10:00:00.000Z';

async function scene() {
  const stores = memoryStores();
  let actions = 0;
  const nothing = async () => undefined;
  const ports = {
    ...stores,
    hints: { notify: nothing, learn: nothing, effects: nothing, recovery: nothing, work: nothing },
    ids: { actionId: () => `action-${actions++}` } as never,
    now: () => new Date('2026-05-04T11:00:00.000Z'),
    log: () => undefined,
  };
  const signal = Signal.parse({
    version: 1,
    id: 's-1',
    occurredAt: at,
    component: 'shop',
    summary: 'Checkout fails',
    details: 'Every order is refused.',
    attemptedFixes: [{ what: 'restarted it', result: 'no change' }],
  });
  const opened = newFailure({
    signal,
    grade: { level: 3, reasons: ['two tests fail'] },
    fingerprint: `v2#${'0'.repeat(16)}` as never,
    failureId,
    batch: 'b-1',
    at,
    reporter: ada,
  });
  await stores.failures.open(opened, {});
  const failure = async () => {
    const stored = await stores.failures.get(failureId);
    if (!stored) throw new Error('gone');
    return stored.failure;
  };
  const first = await readText(stores, await failure());
  const edit = (by: string, changes: Partial<ReportText>, base = 0, from = first) =>
    editReport(ports, { failureId, by, episode: 1, base, mine: { ...from, ...changes } });
  return { stores, ports, failure, first, edit };
}

describe('an edited report', () => {
  it('keeps each version, names who changed what on the timeline, and says it in the failure', async () => {
    const { stores, edit, failure, first } = await scene();
    const { transition, saved } = await edit(ada, {
      impact: 'All shops',
      attemptedFixes: 'restarted it -> no change\nwaited',
    });
    expect([transition.kind, saved]).toEqual(['moved', ['impact', 'attemptedFixes']]);
    const { report, latestEntry } = await failure();
    expect(latestEntry).toMatchObject({
      kind: 'report-edited',
      by: ada,
      text: 'Report edited: Impact, Attempted fixes',
    });
    expect(report).toMatchObject({
      impact: 'All shops',
      attemptedFixes: [
        { what: 'restarted it', result: 'no change' },
        { what: 'waited', result: 'not said' },
      ],
    });
    const versions = await stores.reports.list(failureId);
    expect(versions.map(({ by, text }) => [by, text.impact])).toEqual([
      [ada, ''],
      [ada, 'All shops'],
    ]);
    expect(versions[0]?.text).toEqual(first);
    expect(report.written).toBe(versions[1]?.version);
  });

  it('is merged with what another wrote from the same text; what both changed stays and is handed back', async () => {
    const { edit, failure, stores } = await scene();
    await edit(ada, { impact: 'All shops', lessons: 'Watch the disk' });
    const { saved, conflicts, others } = await edit(grace, { impact: 'Two shops', rootCause: 'The disk was full' });
    expect(saved).toEqual(['rootCause']);
    expect(conflicts).toEqual([{ field: 'impact', base: '', mine: 'Two shops', theirs: 'All shops' }]);
    expect(others).toEqual({ by: [ada], fields: ['impact', 'lessons'] });
    expect(await readText(stores, await failure())).toMatchObject({
      impact: 'All shops',
      lessons: 'Watch the disk',
      rootCause: 'The disk was full',
    });
  });

  it('loses nothing to others who write at the very same time', async () => {
    const { edit, failure, stores } = await scene();
    await Promise.all([
      edit(ada, { impact: 'All shops' }),
      edit(grace, { lessons: 'Watch it' }),
      edit('U0MEI0MEI', { shortTerm: 'More disk' }),
    ]);
    const text = await readText(stores, await failure());
    expect(text).toMatchObject({ impact: 'All shops', lessons: 'Watch it', shortTerm: 'More disk' });
    expect(await textAt(stores, await failure(), 0)).toMatchObject({ impact: '', lessons: '', shortTerm: '' });
  });

  it('that died between its version and the failure is told as failed, and goes through the next time', async () => {
    const { stores, ports, edit, failure, first } = await scene();
    const dying = { ...stores.failures, saveState: () => Promise.reject(new Error('killed')) };
    const given = { failureId, by: ada, episode: 1, base: 0, mine: { ...first, impact: 'All shops' } };
    await expect(editReport({ ...ports, failures: dying }, given)).rejects.toThrow('killed');
    expect((await failure()).report.impact).toBeUndefined();
    expect((await edit(ada, { impact: 'All shops' })).saved).toEqual(['impact']);
    // What was first reported is still known, and Grace, who had opened it before, loses nothing.
    expect((await edit(grace, { lessons: 'Watch it' })).others).toEqual({ by: [ada], fields: ['impact'] });
    expect(await readText(stores, await failure())).toMatchObject({ impact: 'All shops', lessons: 'Watch it' });
  });

  it('loses nothing in any order of people who write over what they saw, or over what has changed since', async () => {
    const fields = ['impact', 'lessons', 'shortTerm'] as const;
    const step = fc.record({
      by: fc.constantFrom(ada, grace, 'U0MEI0MEI'),
      reads: fc.boolean(),
      field: fc.constantFrom(...fields),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const { stores, failure, first, edit } = await scene();
        const seen = new Map<string, { base: number; text: ReportText }>();
        const expected: Record<string, string> = {};
        for (const [n, { by, reads, field }] of steps.entries()) {
          const base = (await failure()).report.written ?? 0;
          if (reads) seen.set(by, { base, text: await readText(stores, await failure()) });
          const from = seen.get(by) ?? { base: 0, text: first };
          const words = `word ${n}`;
          const { saved, conflicts } = await edit(by, { [field]: words }, from.base, from.text);
          // It is in the report, or both are in the writer's hands.
          if ((expected[field] ?? '') === from.text[field]) expected[field] = words;
          else expect(conflicts).toMatchObject([{ field, mine: words, theirs: expected[field] }]);
          expect(saved).toEqual(expected[field] === words ? [field] : []);
          expect(await readText(stores, await failure())).toMatchObject(expected);
        }
        // Every word that ever stood there is kept in a version.
        const versions = (await stores.reports.list(failureId)).flatMap(({ text }) => fields.map((one) => text[one]));
        for (const words of Object.values(expected)) expect(versions).toContain(words);
      }),
      { numRuns: 40 },
    );
  });

  it('sent off twice is one edit', async () => {
    const { edit, failure } = await scene();
    await edit(ada, { impact: 'All shops' });
    const { version } = await failure();
    expect((await edit(ada, { impact: 'All shops' })).transition).toMatchObject({ because: 'same-report' });
    expect((await failure()).version).toBe(version);
  });

  it('is resolved with one write, and what is said after somebody else resolved it is kept all the same', async () => {
    const { ports, failure, first, stores } = await scene();
    const resolveAs = (by: string, changes: Partial<ReportText>) =>
      resolveWithReport(
        ports as never,
        { failureId, by, episode: 1, base: 0, mine: { ...first, ...changes } },
        async () => undefined,
      );
    await resolveAs(ada, { fixedBy: 'Put the old\ncertificate back', rootCause: 'It had expired' });
    expect(await failure()).toMatchObject({
      status: 'resolved',
      resolvedBy: ada,
      report: { fixedBy: 'Put the old certificate back' },
      latestEntry: {
        kind: 'resolved',
        text: 'Resolved by hand: Put the old certificate back',
        list: ['Root cause: It had expired'],
      },
    });
    const late = await resolveAs(grace, { rootCause: 'Nobody renewed it', lessons: 'Renew by itself' });
    expect(late).toMatchObject({ saved: ['lessons'], conflicts: [{ field: 'rootCause', theirs: 'It had expired' }] });
    expect(await failure()).toMatchObject({ status: 'resolved', resolvedBy: ada });
    expect(await readText(stores, await failure())).toMatchObject({
      rootCause: 'It had expired',
      lessons: 'Renew by itself',
    });
  });

  it('of an episode that is over, or of what was merged, changes nothing', async () => {
    const { edit, stores, failure } = await scene();
    const now = await failure();
    await stores.failures.saveState(
      {
        ...now,
        status: 'merged',
        version: 2,
        mergedInto: FailureId.parse('F-8W4RTX'),
        mergedBy: grace,
        mergedAt: at,
        was: { status: 'open' },
        lastAction: { id: 'm', by: grace, at },
        latestEntry: { ...now.latestEntry, version: 2, kind: 'merged', text: 'Merged' },
      } as never,
      { expectedVersion: 1 },
    );
    expect((await edit(ada, { impact: 'All' })).transition).toMatchObject({ kind: 'unchanged', because: 'merged' });
    expect(await stores.reports.list(failureId)).toEqual([]);
  });
});
