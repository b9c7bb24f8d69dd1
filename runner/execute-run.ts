import { heartbeatMs } from '../lib/recovery/run.ts';
import type { Outcome } from './actions/action.ts';
import { explain } from './actions/refusal.ts';
import { recoveries } from './actions/registry.ts';
import { waitUnlessStopping } from './actions/verify.ts';
import type { RunnerContext } from './context.ts';
import type { RunJournal } from './journal.ts';
import { lockPlaces } from './lock-places.ts';
import { offerOf, placesOf, siteOf } from './offered-run.ts';
import { planOffer } from './plan-offer.ts';

/** A run that waits for another process looks again after so long, and twice as long each time. */
const lockedMs = { first: 1000, most: 60_000 };

/** Begins a run that was released, or goes on with one that a killed runner left. Never throws: the end is a report. */
export function startRun(context: RunnerContext, run: RunJournal): void {
  const { atWork, log } = context;
  const keys = [`run ${run.runId}`, ...placesOf(context, run)];
  const before = keys.map((key) => atWork.get(key)?.done);
  const done = Promise.all(before)
    .then(() => execute(context, run))
    .catch((error: unknown) => log('run not ended, the next start goes on', { runId: run.runId, error: String(error) }))
    .finally(() => {
      for (const key of keys) if (atWork.get(key)?.done === done) atWork.delete(key);
    });
  for (const key of keys) atWork.set(key, { runId: run.runId, done });
}

async function execute(context: RunnerContext, run: RunJournal): Promise<void> {
  const { desk, log } = context;
  const { runId } = run;
  const { failureId, strategy, component } = offerOf(run);
  if (run.reports().some(({ report }) => report === 'result')) {
    // Killed between the report of its end and the note of it.
    run.write({ kind: 'ended', at: context.now().toISOString(), how: 'done' });
    return;
  }
  log('run started', { runId, failureId, strategy, component });
  const beat = setInterval(() => void desk.heartbeat(run, failureId), heartbeatMs);
  try {
    for (let wait = lockedMs.first; ; wait = Math.min(wait * 2, lockedMs.most)) {
      const outcome = await attempt(context, run);
      if (outcome.kind === 'ended') return await end(context, run, outcome);
      if (outcome.kind === 'changed') return await planOffer(context, run);
      if (outcome.kind === 'interrupted' || context.isStopping()) {
        return log('run interrupted, the next start goes on', { runId, failureId });
      }
      log('another process is at work in this place, waiting for it', { runId, failureId });
      await waitUnlessStopping(wait, context);
    }
  } finally {
    clearInterval(beat);
  }
}

async function attempt(context: RunnerContext, run: RunJournal): Promise<Outcome> {
  const { desk, config, now, isStopping } = context;
  const offer = offerOf(run);
  try {
    const lock = await lockPlaces(placesOf(context, run), { runId: run.runId, journal: config.journal });
    if (!lock) return { kind: 'locked' };
    try {
      return await recoveries[offer.strategy].carryOut({
        ...siteOf(context, run),
        plan: run.find('planned')?.plan,
        now,
        isStopping,
        tell: (step) => desk.report(run, offer.failureId, { kind: 'step', step }),
        show: (step) => desk.show(run, offer.failureId, step),
      });
    } finally {
      lock.release();
    }
  } catch (error) {
    const { reason, advice } = explain(error);
    return { kind: 'ended', ok: false, reason: `${reason} ${advice}`, refs: [] };
  }
}

async function end(
  { desk, now, log }: RunnerContext,
  run: RunJournal,
  { kind: _kind, ...result }: Extract<Outcome, { kind: 'ended' }>,
): Promise<void> {
  const { failureId } = offerOf(run);
  const isUntouched = !result.ok && !run.reached('begun') && !run.reached('saved');
  await desk.report(run, failureId, { kind: 'result', ...result, ...(isUntouched && { untouched: true }) });
  run.write({ kind: 'ended', at: now().toISOString(), how: 'done' });
  log('run ended', { runId: run.runId, failureId, ok: result.ok, reason: result.reason });
}
