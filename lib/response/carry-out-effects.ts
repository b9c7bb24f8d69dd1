import type { Failure } from '../failure/failure.ts';
import { forgetAt, forgetFailure } from '../failure/forget-failure.ts';
import type { FailureId } from '../failure/ids.ts';
import { keepMerged } from '../failure/keep-merged.ts';
import { stamp } from '../failure/moves/move.ts';
import type { FailureStore, Hints, Log, SignalLedger, StoredFailure } from '../ports.ts';
import {
  completeOvertaken,
  completePostMortem,
  openPostMortem,
  type PostMortemPorts,
} from '../postmortem/keep-post-mortem.ts';
import { keepWorkaround } from '../recovery/keep-workaround.ts';
import type { RecoveryPorts } from '../recovery/recovery-ports.ts';
import { replanRuns } from '../recovery/replan-runs.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { isPending } from '../recovery/run-states.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { peekNext } from '../work/peek-next.ts';
import type { WorkPorts } from '../work/work-ports.ts';
import { cardOf } from './card-content.ts';
import { type Effects, effectsOf, followUpKey, recordOf, rollbackKeys } from './effects.ts';
import { smallerChangeDraft } from './fix-item.ts';
import { keepGates } from './keep-gates.ts';
import { closeFixItem, keepFixItem, keepItem } from './keep-item.ts';
import { type Made, type News, newsOf } from './news.ts';
import { type Paged, type PagePorts, pageSomebody } from './page.ts';
import { proposeRollback } from './propose-rollback.ts';
import type { TurnStore } from './turns.ts';
import { unlessUndone } from './unless-undone.ts';

export type EffectPorts = RecoveryPorts &
  WorkPorts &
  PagePorts &
  PostMortemPorts & { turns: TurnStore; ledger: SignalLedger; failures: FailureStore; hints: Hints; log: Log };

/** One round says one thing; these are more than there is to say. */
const mostRounds = 10;

/**
 * Makes so what the failure's level orders: gates, work items, the proposal of a rollback, post-mortem, pager, runbook. Always
 * from what is stored now, so it may run at any time, twice, or be killed at any line: what exists is found by its own name, and
 * what was said stands in the failure's record, saved with the very line that says it.
 */
export async function carryOutEffects(ports: EffectPorts, { failureId }: { failureId: FailureId }): Promise<void> {
  const stored = await ports.failures.get(failureId);
  if (!stored || isOver(ports, stored)) {
    const outcome = await forgetFailure(ports, { failureId });
    if (outcome === 'unknown') ports.log('effects of no failure', { failureId });
    if (outcome !== 'kept') return;
  }
  // People first: nothing that can fail stands between them and the pager.
  if (stored) await pageFirst(ports, stored);
  const runs = await ports.runs.list(failureId);
  // What is pending goes or ends by the level as it is now. What cannot be moved keeps nobody from the rest, and comes again.
  const heldBy = stored?.failure.status === 'recovering' ? stored.failure.runId : undefined;
  const stuck = await replanRuns(ports, { failureId, runs, heldBy });
  // What was just read serves the first try, unless something has moved since.
  let known = stored && !runs.some((run) => isPending(run) || run.id === heldBy) ? { stored, runs } : undefined;
  for (let round = 0; round < mostRounds; round++) {
    const isDone = await retryOnConflict(() => {
      const given = known;
      known = undefined;
      return carryOutOnce(ports, failureId, given);
    });
    if (isDone) return tellStuck(stuck);
  }
  ports.log('effects not at rest, the sweep goes on', { failureId });
  tellStuck(stuck);
}

/** All that the level orders is done; what could not be moved makes the message come again. */
function tellStuck(stuck: unknown[]): void {
  if (stuck.length > 0) throw stuck[0];
}

/**
 * Its answer is remembered, so the round after it finds it and calls nobody twice. What is being undone counts as resolved here:
 * only its run says whether that has begun, and the first round, which has read it, begins with the pager as well.
 */
async function pageFirst(ports: EffectPorts, stored: StoredFailure): Promise<void> {
  const failure = unlessUndone(stored.failure, []);
  if (!effectsOf(failure, { policy: ports.policy, runs: [] }).pages) return;
  await pageSomebody(ports, failure, { url: cardOf(stored, failure.episode)?.[1].place?.permalink });
}

async function carryOutOnce(
  ports: EffectPorts,
  failureId: FailureId,
  known: { stored: StoredFailure; runs: RecoveryRun[] } | undefined,
): Promise<boolean> {
  const stored = known?.stored ?? (await ports.failures.get(failureId));
  if (!stored) return true;
  if (isTied(stored.failure)) {
    const { version } = stored.failure;
    await keepMerged(ports, failureId);
    if ((await ports.failures.get(failureId))?.failure.version !== version) return false;
  }
  const runs = known?.runs ?? (await ports.runs.list(failureId));
  const failure = unlessUndone(stored.failure, runs);
  const wanted = effectsOf(failure, { policy: ports.policy, runs });
  const made = await makeSo(ports, { ...stored, failure }, runs, wanted);
  const news = newsOf(failure, made, { policy: ports.policy, wanted });
  if (news) {
    await tell(ports, stored.failure, news);
    return false;
  }
  return await settle(ports, stored, made.paged);
}

/** People first: whoever is to be called is called before anything that could fail. */
async function makeSo(ports: EffectPorts, stored: StoredFailure, runs: RecoveryRun[], wanted: Effects): Promise<Made> {
  const { failure } = stored;
  const before = recordOf(failure);
  const done = new Set(before.done);
  const url = cardOf(stored, failure.episode)?.[1].place?.permalink;
  const paged = wanted.pages ? await pageSomebody(ports, failure, { url }) : undefined;
  if (paged && paged.kind !== 'again') done.add('pager');
  // It happened again before the end of the last episode was carried out.
  if (failure.response && failure.response.episode < failure.episode && failure.response.fix) {
    await closeFixItem(ports, failure.response.fix.id);
  }
  await completeOvertaken(ports, failure, runs);
  const { mine: gates, shut } = await keepGates(ports, failure);
  await keepWorkaround(ports, failure);
  const fix = await keepFixItem(ports, failure, wanted.fix);
  const noRollback = wanted.rollback && (await proposeRollback(ports, failure, { how: wanted.rollback, runs }));
  if (noRollback !== undefined && wanted.rollback) done.add(rollbackKeys[wanted.rollback]);
  if (wanted.opensPostMortem) {
    await openPostMortem(ports, failure, runs);
    done.add('post-mortem');
  }
  if (failure.status === 'resolved' && before.done.includes('post-mortem'))
    await completePostMortem(ports, failure, runs);
  for (const run of wanted.takenBack) {
    await keepItem(ports, followUpKey(run), smallerChangeDraft(failure, run));
    done.add(followUpKey(run));
  }
  const next = wanted.switchesTask ? await peekNext(ports, { not: failure.component }) : undefined;
  return {
    record: {
      episode: failure.episode,
      gates,
      ...(fix && { fix: { id: fix.id, order: wanted.fix.order } }),
      // The title of a fix is that of its failure, whose card may stand in a private channel.
      ...(next && {
        next: { id: next.id, component: next.component, ...(!next.failureId && { title: next.title }) },
      }),
      done: [...done],
    },
    shut,
    ...(paged && { paged }),
    ...(noRollback && { noRollback }),
  };
}

/** The record and the line that says it are one write: neither is there without the other. */
async function tell(ports: EffectPorts, failure: Failure, { record, text, list, isQuiet }: News): Promise<void> {
  const at = ports.now();
  const move = { by: 'system:protocol', at, actionId: ports.ids.actionId() };
  const entry = { kind: 'responded' as const, text, ...(list && { list }), ...(isQuiet && { isQuiet: true as const }) };
  await ports.failures.saveState(
    { ...failure, ...stamp(failure, move, entry), response: record },
    { expectedVersion: failure.version, dues: { show: at.getTime(), effects: at.getTime() } },
  );
  ports.log('responded', { failureId: failure.id, level: failure.level, what: text });
  await ports.hints.notify({ failureId: failure.id });
}

/** Another failure must say of it what it says of itself. */
function isTied({ status, apartFrom = [] }: Failure): boolean {
  return status === 'merged' || apartFrom.length > 0;
}

/** It has been kept as long as policy says, and its due stands. */
function isOver({ policy, now }: EffectPorts, { failure, dues }: StoredFailure): boolean {
  const at = forgetAt(failure, policy);
  return dues.forget !== undefined && at !== undefined && at <= now().getTime();
}

/** Nothing is left to do: the due goes, or waits for the pager. False: something came in between. */
async function settle(ports: EffectPorts, stored: StoredFailure, paged: Paged | undefined): Promise<boolean> {
  const { failure, dues, rev } = stored;
  if (paged?.kind !== 'again') {
    const forget = forgetAt(failure, ports.policy);
    const instead = forget === undefined ? {} : { forget };
    return ports.failures.clearDues(failure.id, ['effects', 'forget'], rev, { instead });
  }
  const until = paged.at.getTime();
  const delaySeconds = Math.max(0, (until - ports.now().getTime()) / 1000);
  if (dues.effects === undefined) await ports.failures.addDue(failure.id, 'effects', until);
  else if (dues.effects !== until) {
    if (!(await ports.failures.postpone(failure.id, 'effects', { from: dues.effects, until, rev }))) return false;
  }
  await ports.hints.effects({ failureId: failure.id }, { delaySeconds });
  return true;
}
