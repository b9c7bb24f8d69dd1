import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { randomIds } from '../../lib/adapters/ids.ts';
import { memoryStores } from '../../lib/adapters/memory/stores.ts';
import { redact } from '../../lib/adapters/redaction/redact.ts';
import { type IngestPorts, ingestBatch } from '../../lib/adapters/sqs/ingest-batch.ts';
import { keepRejected } from '../../lib/adapters/sqs/keep-rejected.ts';
import { learnBatch } from '../../lib/adapters/sqs/learn-batch.ts';
import { sweep } from '../../lib/attention/sweep.ts';
import type { FailureId } from '../../lib/failure/ids.ts';
import type { LearnPorts } from '../../lib/pattern/learn-failure.ts';
import { Policy } from '../../lib/policy/policy.ts';
import type { BundleHints, FailureMemory } from '../../lib/ports.ts';
import { sampleEvents } from '../play-event.ts';

const now = () => new Date('2026-11-22T03:00:00.000Z');

function setting() {
  const stores = memoryStores();
  const hinted: string[] = [];
  const ports: IngestPorts & { hints: BundleHints } & Pick<LearnPorts, 'reports' | 'checklists'> = {
    ...stores,
    redact,
    ids: randomIds(),
    policy: Policy.parse({ version: 1, channels: { default: '#failures' } }),
    hints: {
      notify: async ({ failureId }) => void hinted.push(`notify ${failureId}`),
      learn: async ({ failureId }) => void hinted.push(`learn ${failureId}`),
      recovery: async ({ runId }) => void hinted.push(`recovery ${runId}`),
      effects: async ({ failureId }) => void hinted.push(`effects ${failureId}`),
      work: async ({ workItemId }) => void hinted.push(`work ${workItemId}`),
      bundle: async ({ bundleId }) => void hinted.push(`bundle ${bundleId}`),
    },
    now,
    log: () => undefined,
  };
  return { stores, ports, hinted };
}

/** The body says `{{now}}` where a producer writes the time. */
const batch = (event: unknown): SQSEvent =>
  JSON.parse(JSON.stringify(event).replaceAll('{{now}}', now().toISOString())) as SQSEvent;

describe('ingest plays its sample events', () => {
  it.each(sampleEvents('events/ingest'))('$name: $sample.about', async ({ sample }) => {
    const { stores, ports } = setting();
    const answer = await ingestBatch(ports, batch(sample.event));

    expect(answer.batchItemFailures).toEqual([]);
    const groups = [...stores.world.groups.values()];
    const { failures } = await stores.failures.listOpen({ limit: 10 });
    expect(failures.length).toBe(sample.expect.failures);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(sample.expect.counted);
    const rejected = [...stores.world.rejected.values()];
    expect(rejected.map(({ reason }) => reason).sort()).toEqual(sample.expect.rejected);
    const stored = JSON.stringify([
      ...stores.world.failures.values(),
      rejected,
      groups,
      ...stores.world.signals.values(),
    ]);
    for (const secret of (sample.expect.never as string[] | undefined) ?? []) expect(stored).not.toContain(secret);
  });

  it('changes nothing when a whole batch is delivered again', async () => {
    const { stores, ports } = setting();
    for (const { sample } of sampleEvents('events/ingest')) await ingestBatch(ports, batch(sample.event));
    const before = structuredClone([...stores.world.groups.values()].map(({ count }) => count));
    for (const { sample } of sampleEvents('events/ingest')) await ingestBatch(ports, batch(sample.event));
    expect([...stores.world.groups.values()].map(({ count }) => count)).toEqual(before);
  });

  it('brings back only the records of a group that cannot be stored now', async () => {
    const { stores, ports } = setting();
    const broken: IngestPorts = {
      ...ports,
      ledger: {
        ...stores.ledger,
        intend: (intent) =>
          intent.template.includes('payments')
            ? Promise.reject(new Error('table unavailable'))
            : stores.ledger.intend(intent),
      },
    };
    const body = (id: string, summary: string) =>
      JSON.stringify({ version: 1, id, occurredAt: now().toISOString(), component: 'orders', summary });
    const [record] = (batch(sampleEvents('events/ingest')[0]?.sample.event) as SQSEvent).Records;
    if (!record) throw new Error('no sample');
    const answer = await ingestBatch(broken, {
      Records: [
        { ...record, messageId: 'm-1', body: body('1', 'the payments page fails') },
        { ...record, messageId: 'm-2', body: body('2', 'the search page fails') },
      ],
    });
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm-1' }]);
    expect((await stores.failures.listOpen({ limit: 10 })).failures.map(({ failure }) => failure.title)).toEqual([
      'the search page fails',
    ]);
  });
});

describe('learn plays its sample events', () => {
  it.each(sampleEvents('events/learn'))('$name: $sample.about', async ({ sample }) => {
    const { stores, ports } = setting();
    const known = await openNamed(ports, 'F-7K3Q9D' as FailureId);
    const remembered: string[] = [];
    const memory: FailureMemory = { remember: async ({ id }) => void remembered.push(id), similar: async () => [] };
    const answer = await learnBatch(
      { ...ports, memory, onPoison: (record, poison) => keepRejected(ports, record, poison) },
      batch(sample.event),
    );
    expect(answer.batchItemFailures).toEqual([]);
    expect(remembered.length).toBe(sample.expect.remembered);
    expect([...stores.world.rejected.values()].map(({ reason }) => reason)).toEqual(sample.expect.rejected);
    expect((await stores.failures.get(known))?.dues.learn === undefined).toBe(remembered.length > 0);
  });

  it('gives the message back while memory is down, and the due stands', async () => {
    const { ports, stores } = setting();
    const known = await openNamed(ports, 'F-7K3Q9D' as FailureId);
    const memory: FailureMemory = { remember: () => Promise.reject(new Error('down')), similar: async () => [] };
    const hint = sampleEvents('events/learn').find(({ name }) => name === 'hint.json');
    const answer = await learnBatch({ ...ports, memory, onPoison: () => Promise.resolve() }, batch(hint?.sample.event));
    expect(answer.batchItemFailures).toHaveLength(1);
    expect((await stores.failures.get(known))?.dues.learn).toBeTypeOf('number');
  });
});

describe('sweep plays its sample event', () => {
  it.each(sampleEvents('events/sweep'))('$name: $sample.about', async ({ sample }) => {
    const { ports, stores, hinted } = setting();
    await openNamed(ports, 'F-7K3Q9D' as FailureId);
    hinted.length = 0;
    const minute = { ...ports, attention: stores.attention };
    await sweep(minute, { deadline: now().getTime() + 10_000 });
    expect(hinted).toEqual(['notify F-7K3Q9D', 'learn F-7K3Q9D', 'effects F-7K3Q9D']);
    expect(hinted.length).toBe(sample.expect.sent);

    // The schedule fires twice: what was pushed back is not sent again.
    await sweep(minute, { deadline: now().getTime() + 10_000 });
    expect(hinted).toHaveLength(3);
  });

  it('sends again, a little later each time, and parks what nobody answers', async () => {
    const { ports, stores, hinted } = setting();
    const failureId = await openNamed(ports, 'F-7K3Q9D' as FailureId);
    await stores.failures.clearDues(failureId, ['learn'], (await stores.failures.get(failureId))?.rev ?? 0);
    hinted.length = 0;
    let clock = now().getTime();
    const at: number[] = [];
    for (let minute = 0; minute < 400; minute++) {
      const before = hinted.length;
      await sweep({ ...ports, attention: stores.attention, now: () => new Date(clock) }, { deadline: clock + 10_000 });
      if (hinted.length > before) at.push(minute);
      clock += 60_000;
    }
    expect(at.length).toBe(12);
    const gaps = at.slice(1).map((minute, index) => minute - (at[index] ?? 0));
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    const stored = await stores.failures.get(failureId);
    expect(stored?.parked).toMatch(/no answer after 12 attempts/);
    expect(stored?.dues).toHaveProperty('show');
  });

  it('never parks what memory must still learn: an outage of two weeks is caught up with', async () => {
    const { ports, stores, hinted } = setting();
    const failureId = await openNamed(ports, 'F-7K3Q9D' as FailureId);
    let clock = now().getTime();
    const days = 14;
    for (let step = 0; step < days * 24 * 4; step++) {
      hinted.length = 0;
      await sweep({ ...ports, attention: stores.attention, now: () => new Date(clock) }, { deadline: clock + 10_000 });
      clock += 15 * 60_000;
    }
    const hints: string[] = [];
    for (let step = 0; step < 4; step++) {
      await sweep({ ...ports, attention: stores.attention, now: () => new Date(clock) }, { deadline: clock + 10_000 });
      hints.push(...hinted);
      clock += 15 * 60_000;
    }
    expect(hints).toContain('learn F-7K3Q9D');
    expect(await stores.failures.get(failureId)).not.toHaveProperty('parked');
  });
});

/** A failure with this id, as ingest opens it. */
async function openNamed(ports: IngestPorts, id: FailureId): Promise<FailureId> {
  const event = sampleEvents('events/ingest').find(({ name }) => name === 'signal.json')?.sample.event;
  await ingestBatch({ ...ports, ids: { ...ports.ids, failureId: () => id } }, batch(event));
  return id;
}
