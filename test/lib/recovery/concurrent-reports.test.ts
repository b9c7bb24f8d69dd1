import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { ed25519Signer, verifyEnvelope } from '../../../lib/adapters/signing/ed25519.ts';
import { type RecoveryBatchPorts, recoveryBatch } from '../../../lib/adapters/sqs/recovery-batch.ts';
import type { RunId } from '../../../lib/failure/ids.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import {
  examplePlan,
  failureId,
  type RecoveryWorld,
  type ReportBody,
  recoveryWorld,
  reportOf,
  runnerKeys,
} from './recovery-world.ts';

const sign = ed25519Signer(runnerKeys.privateKey, 'test');

async function running(world: RecoveryWorld): Promise<RunId> {
  const asked = await requestRecovery(world.ports, { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' });
  if (asked.kind !== 'requested') throw new Error(asked.because);
  const ready = { kind: 'ready' as const, sequence: 1, plan: examplePlan, nonce: 'n'.repeat(32) };
  await recordReport(world.ports, reportOf(world, asked.run.id, ready));
  return asked.run.id;
}

const batchPorts = ({ stores, ports: own }: RecoveryWorld, ports = own): RecoveryBatchPorts => ({
  ...stores,
  ...ports,
  pager: undefined,
  verify: verifyEnvelope,
  rejected: { keep: async () => undefined },
  redact: async (text) => text,
});

function message(world: RecoveryWorld, runId: RunId, body: ReportBody): SQSRecord {
  const envelope = sign(JSON.stringify(reportOf(world, runId, body)));
  return { messageId: `report-${body.sequence}`, body: JSON.stringify(envelope), attributes: {} } as SQSRecord;
}

/** Numbered from 2 (1 was `ready`): steps, and the result at last. */
function messages(world: RecoveryWorld, runId: RunId, count: number): SQSRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const sequence = index + 2;
    return index === count - 1
      ? message(world, runId, { kind: 'result', sequence, ok: true, reason: 'It works.', refs: [] })
      : message(world, runId, { kind: 'step', sequence, step: { name: `Step ${sequence}`, state: 'done' } });
  });
}
const eventOf = (Records: SQSRecord[]): SQSEvent => ({ Records });

/** The same table, further away: each answer takes so many turns of the event loop. */
function awayBy(ports: RecoveryWorld['ports'], turns: number): RecoveryWorld['ports'] {
  const slow =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      return call(...args);
    };
  const { runs, failures } = ports;
  return {
    ...ports,
    runs: { ...runs, get: slow(runs.get), save: slow(runs.save) },
    failures: { ...failures, get: slow(failures.get), saveState: slow(failures.saveState) },
  };
}

it('takes a whole batch of one run at once, whatever order it came in', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  const shuffled = messages(world, runId, 10).reverse();
  expect(await recoveryBatch(batchPorts(world, awayBy(world.ports, 1)), eventOf(shuffled))).toEqual({
    batchItemFailures: [],
  });
  const { run } = await world.run(runId);
  expect(run.state).toBe('succeeded');
  expect(run.steps).toHaveLength(9);
  expect((await world.failure()).status).toBe('resolved');
});

it('takes five batches of one run at the same time, the slowest of them too', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  const reports = messages(world, runId, 50);
  const batches = [1, 1, 2, 3, 7].map((turns, index) =>
    recoveryBatch(batchPorts(world, awayBy(world.ports, turns)), eventOf(reports.filter((_, at) => at % 5 === index))),
  );
  for (const answer of await Promise.all(batches)) expect(answer).toEqual({ batchItemFailures: [] });
  expect((await world.run(runId)).run.state).toBe('succeeded');
  expect(await world.failure()).toMatchObject({ status: 'resolved', outcomes: [{ worked: 1, tried: 1 }] });

  world.clock.at += 31_000;
  await followRun(world.ports, { failureId, runId });
  expect((await world.run(runId)).run.state).toBe('succeeded');
});

it('brings back only the report that failed; those after it are done', async () => {
  const world = await recoveryWorld();
  const runId = await running(world);
  const { runs } = world.ports;
  const save: typeof runs.save = async (run, options) => {
    if (run.steps.some(({ sequence }) => sequence === 4)) throw new Error('the table refused this one');
    return runs.save(run, options);
  };
  const ports = batchPorts(world, { ...world.ports, runs: { ...runs, save } });
  expect(await recoveryBatch(ports, eventOf(messages(world, runId, 6)))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'report-4' }],
  });
  expect((await world.run(runId)).run).toMatchObject({ state: 'succeeded' });
  const again = messages(world, runId, 6).filter(({ messageId }) => messageId === 'report-4');
  expect(await recoveryBatch(batchPorts(world), eventOf(again))).toEqual({ batchItemFailures: [] });
  expect((await world.run(runId)).run.steps.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 6]);
});
