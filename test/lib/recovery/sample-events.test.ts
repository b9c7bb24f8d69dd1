import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { ed25519Signer, generateKeys, verifyEnvelope } from '../../../lib/adapters/signing/ed25519.ts';
import { recoveryBatch } from '../../../lib/adapters/sqs/recovery-batch.ts';
import { RunId } from '../../../lib/failure/ids.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import { examplePlan, failureId, recoveryWorld, reportOf } from './recovery-world.ts';

interface Sample {
  about: string;
  given: 'requested' | 'running';
  event: SQSEvent;
  /** Its failure is at level 3 unless said. */
  level?: 3 | 4;
  expect: {
    run: string;
    failure: string;
    commands?: string[];
    steps?: string[];
    rejected?: string[];
    runners?: string[];
  };
}

const folder = join(import.meta.dirname, '../../../events/recovery');
const samples = readdirSync(folder).map((name) => ({
  name,
  sample: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Sample,
}));
const runId = RunId.parse('R-0000000001');
const keys = { demo: generateKeys(), other: generateKeys(), forger: generateKeys() };

/** The samples are unsigned, since keys are not kept: `{{now}}` and `{{signature:<whose key>}}` are filled in here. */
function fillIn(body: string, now: Date): string {
  const whose = /"signature":"\{\{signature:(\w+)\}\}"/.exec(body)?.[1];
  if (!whose) return body.replaceAll('{{now}}', now.toISOString());
  const { payload } = JSON.parse(body) as { payload: string };
  const signer = ed25519Signer(keys[whose as keyof typeof keys].privateKey, whose);
  return JSON.stringify(signer(payload.replaceAll('{{now}}', now.toISOString())));
}

async function play({ given, event, level = 3 }: Sample) {
  const world = await recoveryWorld({ level });
  const { ports } = world;
  ports.policy = {
    ...ports.policy,
    runners: { demo: { publicKey: keys.demo.publicKey }, other: { publicKey: keys.other.publicKey } },
  };
  await requestRecovery(ports, { failureId, by: 'U0ADA', strategy: 'rollback-and-retry' });
  if (given === 'running') {
    await recordReport(
      ports,
      reportOf(world, runId, { kind: 'ready', sequence: 1, plan: examplePlan, nonce: 'n'.repeat(32) }),
    );
  }
  world.commands.length = 0;
  const rejected: string[] = [];
  const all = {
    ...world.stores,
    ...ports,
    pager: undefined,
    verify: verifyEnvelope,
    rejected: { keep: async ({ reason }: { reason: string }) => void rejected.push(reason) },
    redact: async (text: string) => text,
  };
  const filled = { Records: event.Records.map((record) => ({ ...record, body: fillIn(record.body, ports.now()) })) };
  const deliver = () => recoveryBatch(all, filled);
  const outcome = async () => ({
    run: (await world.run(runId)).run,
    failure: await world.failure(),
    commands: world.commands.map(({ kind }) => kind),
    rejected: [...rejected],
    runners: (await ports.runners.list()).map(({ runner }) => runner),
  });
  return { deliver, outcome };
}

describe('events/recovery', () => {
  it.each(samples)('$name: $sample.about', async ({ sample }) => {
    const { deliver, outcome } = await play(sample);
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    const { run, failure, commands, rejected, runners } = await outcome();
    expect(run.state).toBe(sample.expect.run);
    expect(failure.status).toBe(sample.expect.failure);
    if (sample.expect.commands) expect(commands).toEqual(sample.expect.commands);
    if (sample.expect.steps) expect(run.steps.map(({ name }) => name)).toEqual(sample.expect.steps);
    expect(rejected).toEqual(sample.expect.rejected ?? []);
    expect(runners).toEqual(sample.expect.runners ?? []);
  });

  it.each(samples)('$name, delivered again, changes nothing more', async ({ sample }) => {
    const { deliver, outcome } = await play(sample);
    await deliver();
    const { run, failure } = await outcome();
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    const again = await outcome();
    expect(again.failure).toEqual(failure);
    expect({ state: again.run.state, steps: again.run.steps }).toEqual({ state: run.state, steps: run.steps });
  });

  it('brings back alone a record that could not be stored', async () => {
    const { sample } = samples.find(({ name }) => name === 'report-result.json') ?? {};
    if (!sample) throw new Error('no sample');
    const world = await recoveryWorld();
    world.ports.policy = { ...world.ports.policy, runners: { demo: { publicKey: keys.demo.publicKey } } };
    const broken = { ...world.ports.runs, get: () => Promise.reject(new Error('the table is unavailable')) };
    const all = {
      ...world.stores,
      ...world.ports,
      pager: undefined,
      runs: broken,
      verify: verifyEnvelope,
      rejected: { keep: () => Promise.reject(new Error('must not be kept')) },
      redact: async (text: string) => text,
    };
    const [record] = sample.event.Records;
    if (!record) throw new Error('no record');
    const good = { ...record, messageId: 'good', body: fillIn(record.body, world.ports.now()) };
    expect(await recoveryBatch(all, { Records: [good] })).toEqual({ batchItemFailures: [{ itemIdentifier: 'good' }] });
  });
});
