import type { RunId } from '../lib/failure/ids.ts';
import type { RunnerCommand } from '../lib/recovery/command.ts';
import type { RunnerContext } from './context.ts';
import { startRun } from './execute-run.ts';
import { type Offer, offerOf, placesOf } from './offered-run.ts';
import { findBusy, planOffer, refuse, reportReady } from './plan-offer.ts';

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
  const { runId } = offer;
  const known = journal.find(runId);
  if (known?.reached('go')) return log('offer repeated, the run has begun', { runId });
  if (known && known.reports().length > 0) return desk.sendAgain(known);
  const run = journal.begin(runId);
  if (!run.find('offered')) run.write({ kind: 'offered', at: now().toISOString(), offer });
  if (run.find('planned')) await reportReady(context, run);
  else await planOffer(context, run);
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
  if (planned && planned.nonce !== go.nonce && run.plans().some(({ nonce }) => nonce === go.nonce)) {
    log('go for a plan that was made again since', { runId });
    return nothingMore;
  }
  if (!planned || planned.nonce !== go.nonce || planned.preview.hash !== go.planHash) {
    await refuse(context, run, unknown);
    return nothingMore;
  }
  if (offerOf(run).dryRun) {
    const reason = 'It was asked for as a dry run, which shows the plan and changes nothing.';
    await refuse(context, run, { code: 'dry_run', reason, advice: 'Ask for the run itself.' });
    return nothingMore;
  }
  const busy = findBusy(context, placesOf(context, run), runId);
  if (busy) {
    await refuse(context, run, busy);
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
