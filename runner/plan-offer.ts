import { randomBytes } from 'node:crypto';
import type { Refusal } from './actions/refusal.ts';
import { recoveries } from './actions/registry.ts';
import type { RunnerContext } from './context.ts';
import type { RunJournal } from './journal.ts';
import { offerOf, siteOf } from './offered-run.ts';

/**
 * Plans a run that was offered and says what it would do; nothing is touched. Also once more, when the world had changed by the
 * time of `go`: the plan and the go before are void then, since only the newest plan counts.
 */
export async function planOffer(context: RunnerContext, run: RunJournal): Promise<void> {
  const { now, log } = context;
  const offer = offerOf(run);
  const recovery = recoveries[offer.strategy];
  const site = siteOf(context, run);
  const places = recovery.places(site);
  const busy = offer.dryRun ? undefined : findBusy(context, places, run.runId);
  const answer = busy
    ? { kind: 'refused' as const, ...busy }
    : await recovery.plan({ ...site, shown: run.find('planned')?.plan });
  if (run.find('ended')) return log('cancelled while it was planned', { runId: run.runId });
  if (answer.kind === 'refused') return refuse(context, run, answer);
  const nonce = randomBytes(24).toString('base64url');
  const { preview, plan } = answer;
  run.write({ kind: 'planned', at: now().toISOString(), nonce, preview, plan, places });
  await reportReady(context, run);
}

/** Says again what stands in the journal, and nothing when there is no plan. */
export async function reportReady({ desk, log }: RunnerContext, run: RunJournal): Promise<void> {
  const planned = run.find('planned');
  if (!planned) return;
  const { failureId } = offerOf(run);
  log('ready', { runId: run.runId, failureId, items: planned.preview.total });
  await desk.report(run, failureId, { kind: 'ready', plan: planned.preview, nonce: planned.nonce });
}

/** One recovery a place: another that is at work there is named. */
export function findBusy({ atWork }: RunnerContext, places: readonly string[], runId: string): Refusal | undefined {
  const other = places.map((place) => atWork.get(place)).find((work) => work !== undefined && work.runId !== runId);
  return (
    other && {
      code: 'busy',
      reason: `Run ${other.runId} is at work in the same place.`,
      advice: 'Wait for its end, then ask again. Nothing was touched.',
    }
  );
}

export async function refuse({ desk, now, log }: RunnerContext, run: RunJournal, refusal: Refusal): Promise<void> {
  const { failureId } = offerOf(run);
  const { code, reason, advice } = refusal;
  log('refused', { runId: run.runId, failureId, code, reason });
  await desk.report(run, failureId, { kind: 'refused', code, reason, advice });
  run.write({ kind: 'ended', at: now().toISOString(), how: 'refused' });
}
