import { randomBytes } from 'node:crypto';
import type { RunId } from '../lib/failure/failure.ts';
import type { RunnerCommand } from '../lib/recovery/command.ts';
import { planRun } from './actions/plan-rollback-run.ts';
import type { Refusal } from './actions/refusal.ts';
import type { RunnerContext } from './context.ts';
import { placeOf, startRun } from './execute-run.ts';
import type { RunJournal } from './journal.ts';

type Offer = Extract<RunnerCommand, { kind: 'offer' }>;
type Go = Extract<RunnerCommand, { kind: 'go' }>;

/** What to do once the message is off the queue; all that matters is in the journal by then. */
export type Afterwards = () => void;
const nothingMore: Afterwards = () => undefined;

/** A command that is proven to be for this runner and of now. Each may come twice, and in any order. */
export async function handleCommand(context: RunnerContext, command: RunnerCommand): Promise<Afterwards> {
  switch (command.kind) {
    case 'offer':
      await handleOffer(context, command);
      return nothingMore;
    case 'go':
      return handleGo(context, command);
    case 'cancel':
      handleCancel(context, command.runId);
      return nothingMore;
    default:
      return command satisfies never;
  }
}

/** Plans and answers; nothing in the work tree is touched. An offer that was answered before gets the same answer again. */
async function handleOffer(context: RunnerContext, offer: Offer): Promise<void> {
  const { journal, desk, now, log } = context;
  const { runId, failureId } = offer;
  const known = journal.find(runId);
  if (known?.reached('go')) return log('offer repeated, the run has begun', { runId });
  if (known && known.reports().length > 0) return desk.sendAgain(known);
  const run = journal.begin(runId);
  if (!run.find('offered')) run.write({ kind: 'offered', at: now().toISOString(), offer });
  if (!run.find('planned')) {
    const answer = await plan(context, offer);
    if (run.find('ended')) return log('cancelled while it was planned', { runId });
    if (answer.kind === 'refused') return refuse(context, run, answer);
    const nonce = randomBytes(24).toString('base64url');
    run.write({ kind: 'planned', at: now().toISOString(), nonce, preview: answer.preview, plan: answer.plan });
  }
  const planned = run.find('planned');
  if (!planned) throw new Error(`${runId}: planned, and not in the journal`);
  log('ready', { runId, failureId, paths: planned.preview.total });
  await desk.report(run, failureId, { kind: 'ready', plan: planned.preview, nonce: planned.nonce });
}

async function plan(context: RunnerContext, { workTree, component }: Offer) {
  const { config, atWork } = context;
  const refusal = (code: string, reason: string, advice: string) => ({
    kind: 'refused' as const,
    code,
    reason,
    advice,
  });
  const tree = Object.hasOwn(config.workTrees, workTree ?? '') ? config.workTrees[workTree ?? ''] : undefined;
  if (!tree) {
    const advice = `Add it there under workTrees, or correct components.${component}.recovery.workTree in kintsugi.yml.`;
    return refusal('unknown_work_tree', `The runner.yml of ${config.name} names no work tree "${workTree}".`, advice);
  }
  if (tree.component !== component) {
    const reason = `In the runner.yml of ${config.name} the work tree "${workTree}" is that of ${tree.component}, not of ${component}.`;
    return refusal('other_component', reason, 'Make runner.yml and kintsugi.yml say the same.');
  }
  const other = atWork.get(placeOf(context, workTree));
  if (other) {
    const reason = `Run ${other.runId} is at work in this work tree.`;
    return refusal('busy', reason, 'Wait for its end, then ask again. Nothing was touched.');
  }
  return planRun(tree.path, component);
}

/** Journalled first, then the message goes, then the work begins: whatever comes in between, it is carried out once. */
async function handleGo(context: RunnerContext, go: Go): Promise<Afterwards> {
  const { journal, desk, log, now } = context;
  const { runId, failureId } = go;
  const run = journal.find(runId);
  const planned = run?.find('planned');
  const unknown = {
    kind: 'refused' as const,
    code: 'unknown_plan',
    reason: `Runner ${context.config.name} does not know the plan that was released.`,
    advice: 'Nothing was touched. Ask again.',
  };
  if (!run) {
    await desk.answer({ failureId, runId }, unknown);
    return nothingMore;
  }
  const ended = run.find('ended');
  if (ended) {
    log('go repeated, the run has ended', { runId });
    const reason = `Refused to do run ${runId} again: it has ended (${ended.how}).`;
    await desk.report(run, failureId, { kind: 'refused', code: 'repeated', reason, advice: '' });
    return nothingMore;
  }
  if (run.reached('go')) {
    log('go repeated, the run has begun', { runId });
    return nothingMore;
  }
  if (!planned || planned.nonce !== go.nonce || planned.preview.hash !== go.planHash) {
    await refuse(context, run, unknown);
    return nothingMore;
  }
  const workTree = run.find('offered')?.offer;
  const other = workTree?.kind === 'offer' ? context.atWork.get(placeOf(context, workTree.workTree)) : undefined;
  if (other) {
    const reason = `Run ${other.runId} is at work in this work tree.`;
    await refuse(context, run, {
      code: 'busy',
      reason,
      advice: 'Wait for its end, then ask again. Nothing was touched.',
    });
    return nothingMore;
  }
  run.write({ kind: 'reached', at: now().toISOString(), milestone: 'go' });
  return () => startRun(context, run);
}

function handleCancel({ journal, now, log }: RunnerContext, runId: RunId): void {
  const run = journal.find(runId);
  if (!run || run.reached('go') || run.find('ended')) return;
  run.write({ kind: 'ended', at: now().toISOString(), how: 'cancelled' });
  log('cancelled', { runId });
}

async function refuse({ desk, now, log }: RunnerContext, run: RunJournal, refusal: Refusal): Promise<void> {
  const offer = run.find('offered')?.offer;
  if (!offer) throw new Error(`${run.runId}: the journal holds no offer`);
  const { code, reason, advice } = refusal;
  log('refused', { runId: run.runId, failureId: offer.failureId, code, reason });
  await desk.report(run, offer.failureId, { kind: 'refused', code, reason, advice });
  run.write({ kind: 'ended', at: now().toISOString(), how: 'refused' });
}
