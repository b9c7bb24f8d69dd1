import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import type { SlackRequest } from '../../../lib/adapters/slack/receive.ts';
import { slackHandler } from '../../../lib/adapters/slack/slack-app.ts';
import type { Checklist } from '../../../lib/checklist/checklist.ts';
import { openChecklist, tickBoxes } from '../../../lib/checklist/use-checklist.ts';
import { FailureId, RunId } from '../../../lib/failure/ids.ts';
import { mergeFailures } from '../../../lib/failure/merge-failures.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { BundleId, bundleOf } from '../../../lib/noise/bundle.ts';
import { muteComponent, standingMutes } from '../../../lib/noise/mute-component.ts';
import { followRun } from '../../../lib/recovery/follow-run.ts';
import { recordReport } from '../../../lib/recovery/record-report.ts';
import { requestRecovery } from '../../../lib/recovery/request-recovery.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import { openFailure } from '../../contracts/stores/samples.ts';
import { planOf } from './recovery-desk.ts';
import type { World } from './world.ts';

/** What the samples are about: an open failure, … */
export const failureId = FailureId.parse('F-7K3Q9D');
/** … one whose rollback, asked for by Ada, waits for another person, … */
const waitingId = FailureId.parse('F-8W4RTX');
const runId = RunId.parse('R-8W4RTX8W4R');
/** … one that is the same, into which another one was merged already, … */
const sameId = FailureId.parse('F-9XQ2MN');
const partId = FailureId.parse('F-9M5SPQ');
/** … and two items of work, the first of which failed and is a big one. */
const bigId = WorkItemId.parse('W-1');
const laterId = WorkItemId.parse('W-2');

export const secret = 'the-secret-of-the-samples';

/** A table of its own with all that in it, and a clock at the samples' day. `policy`: of those who press, other than it was filled by. */
export async function sampleTable(world: World, secrets = secret, policy = world.policy) {
  const stores = memoryStores();
  const lines: string[] = [];
  const now = () => new Date('2026-11-22T12:00:05.000Z');
  const log = (decision: string, facts?: object) => lines.push(`${decision} ${JSON.stringify(facts)}`);
  const ports = { ...world, ...stores, now, log };
  await fill(world, ports);
  const access = { botToken: world.slack.botToken, apiUrl: world.slack.apiUrl, signingSecret: secrets };
  return {
    stores,
    ports,
    lines,
    now: now().getTime(),
    handle: slackHandler({ ...ports, policy }, access),
    stored: () => read(ports),
  };
}

type Ports = ReturnType<typeof memoryStores> & Pick<World, 'hints' | 'policy' | 'ids' | 'now' | 'log'>;

async function fill(world: World, ports: Ports): Promise<void> {
  const shop = { component: 'shop', title: 'Orders answer 500' };
  await ports.failures.open(openFailure({ id: failureId, ...shop }), { show: 0 });
  await ports.failures.open(openFailure({ id: waitingId, ...shop, level: 4 }), { show: 0 });
  const by = world.slack.users.ada?.id ?? '';
  const [soon, later] = ['2026-11-22T11:30:00.000Z', '2026-11-22T11:40:00.000Z'];
  await ports.failures.open(openFailure({ id: sameId, ...shop, firstOpenedAt: soon }), { show: 0 });
  await ports.failures.open(openFailure({ id: partId, ...shop, firstOpenedAt: later }), { show: 0 });
  await mergeFailures(ports, { ids: [sameId, partId], by });
  await requestRecovery(ports, { failureId: waitingId, by, strategy: 'rollback-and-retry', runId });
  const recovery = { ...ports, commands: { send: async () => undefined } };
  await followRun(recovery, { failureId: waitingId, runId });
  const about = { version: 1 as const, runner: 'demo', failureId: waitingId, runId, sequence: 1 };
  const plan = planOf('Back to checkpoint good: 1 path');
  const nonce = 'nonce-of-this-very-plan';
  await recordReport(recovery, { ...about, kind: 'ready', plan, nonce, at: ports.now().toISOString() });
  await followRun(recovery, { failureId: waitingId, runId });
  const item = { kind: 'task' as const, component: 'shop', by: 'test' };
  const big = { estimateMinutes: 601, failedAttempts: 2, filesTouched: 12 };
  await addWork(ports, { ...item, ...big, id: bigId, title: 'Orders by date', priority: 100 });
  await addWork(ports, { ...item, id: laterId, title: 'A receipt by mail', priority: 300 });
  await muteComponent(ports, { component: 'basket', forMs: 3_600_000, by, reason: 'moving it' });
  await openChecklist(ports, { component: 'basket', by });
  await tickBoxes(ports, { component: 'basket', number: 1, by, on: [0], off: [] });
  const storm = bundleOf(BundleId.parse('storm.C0FAILURES.1795348800000'), 'C0FAILURES');
  await ports.bundles.touch(storm, { show: 0 });
  const line = { failureId, episode: 1, version: 1, level: 3, status: 'open', hasCard: false } as const;
  await ports.bundles.keepLine(storm.id, { ...line, ...shop, foldedAt: soon });
  const reason = { reason: 'Orders answer 500', opens: 'when it is resolved', by: 'system:protocol' };
  await shutGate(ports, {
    scope: 'shop',
    id: 'F-7K3Q9D#1',
    mode: 'stop',
    ...reason,
    since: '2026-11-22T11:59:00.000Z',
  });
}

/** What the samples may change, in short. */
async function read({ failures, runs, work, gates, world, mutes, checklists, now }: Ports) {
  const failure = (await failures.get(failureId))?.failure;
  const run = (await runs.list(waitingId)).find(({ id }) => id === runId);
  const [big, later] = [await work.get(bigId), await work.get(laterId)];
  return {
    status: failure?.status,
    parts: (failure?.absorbed ?? []).map((part) => part.failureId),
    sameParts: ((await failures.get(sameId))?.failure.absorbed ?? []).map((part) => part.failureId),
    level: failure?.level,
    impact: failure?.report.impact ?? null,
    fixedBy: failure?.report.fixedBy ?? null,
    workaround: failure?.workaround?.text ?? null,
    asked: (await runs.list(failureId)).map(({ strategy }) => strategy),
    waiting: run?.state,
    approvals: run?.approvals.length,
    big: big?.item.state,
    later: later?.item.priority,
    gates: (await gates.held()).holders.map(({ scope, id }) => `${scope} ${id.replace(/#U.*/, '#somebody')}`).sort(),
    checklists: await Promise.all(
      ['basket', 'shop'].map(async (component) => briefly(await checklists.newest(component))),
    ),
    mutes: (await standingMutes({ mutes, now })).map(({ component, reason }) => `${component}: ${reason}`).sort(),
    signals: world.signals.size,
  };
}

function briefly(checklist: Checklist | undefined): string {
  if (!checklist) return 'none';
  return `${checklist.number}: ${Object.keys(checklist.ticks).join(' ')}${checklist.closed ? ' closed' : ''}`;
}

/** The samples' workspace and its people are these. */
export function ours({ slack: { teamId, users } }: World, event: SlackRequest): SlackRequest {
  const encoding = event.isBase64Encoded ? 'base64' : 'utf8';
  const body = Buffer.from(event.body ?? '', encoding)
    .toString('utf8')
    .replaceAll('T0KINTSUGI', teamId)
    .replaceAll('U0ADA0ADA', users.ada?.id ?? '')
    .replaceAll('U0GRACE00', users.grace?.id ?? '');
  // What is no text at all is left as it is.
  return body.includes('\uFFFD') ? event : { ...event, body: Buffer.from(body).toString(encoding) };
}
