import type { FailureId } from '../failure/failure.ts';
import type { Policy } from '../policy/policy.ts';
import type { FailureStore, Hints, Ids, Log, Now, RunStore, SignalLedger, StoredFailure } from '../ports.ts';
import type { Board } from './board.ts';
import { cardOf } from './card-content.ts';
import { countSignals } from './count-signals.ts';
import { LeaseLostError, openDesk } from './desk.ts';
import { type ResponsePlan, responsePlan } from './protocol.ts';
import { finishPreviousCard, showCard } from './show-card.ts';

export interface ShowPorts {
  failures: FailureStore;
  runs: Pick<RunStore, 'list'>;
  ledger: Pick<SignalLedger, 'group'>;
  board: Board;
  hints: Pick<Hints, 'notify'>;
  policy: Policy;
  ids: Pick<Ids, 'actionId'>;
  now: Now;
  log: Log;
}

/** Which dues are done, as of the `rev` that was read. */
export interface Done {
  kinds: ('show' | 'counts')[];
  rev: number;
  shownCount?: number;
}

/** What came of one go at the card. */
export type Round =
  | { kind: 'shown'; done: Done }
  | { kind: 'later'; seconds: number }
  | { kind: 'no-channel'; code: string }
  /** It cannot be shown as it is; its due stands and the operator is told. */
  | { kind: 'given-up'; code: string };

/** Longer than the function may run, shorter than the sweep waits: a holder that died is followed within a minute. */
const leaseMs = 45_000;
/** After this much time a fresh invocation goes on. */
const enoughMs = 18_000;

/**
 * Makes Slack show what the table says. Whoever holds the card's lease goes round until nothing is left to show; whoever
 * does not get it leaves a due behind, which makes the holder go round once more. Never throws for Slack's sake.
 */
export async function showFailure(ports: ShowPorts, { failureId }: { failureId: FailureId }): Promise<void> {
  const { failures, ids, now, log } = ports;
  const holder = ids.actionId();
  const startedAt = now().getTime();
  for (;;) {
    const stored = await failures.get(failureId);
    if (!stored) return log('nothing to show', { failureId });
    const round = await showOnce(ports, stored, holder);
    if (round === 'leased') {
      await failures.addDue(failureId, 'show', now().getTime());
      return log('somebody else shows it', { failureId });
    }
    switch (round.kind) {
      case 'shown':
        if (await failures.clearDues(failureId, round.done.kinds, round.done.rev)) {
          return await checkCounts(ports, stored, round.done);
        }
        break;
      case 'later':
        return await comeBack(ports, failureId, round.seconds);
      case 'no-channel':
      case 'given-up':
        return log('cannot be shown', { failureId, because: round.kind, code: round.code });
      default:
        return round satisfies never;
    }
    if (now().getTime() - startedAt > enoughMs) return await comeBack(ports, failureId, 1);
  }
}

async function showOnce(ports: ShowPorts, stored: StoredFailure, holder: string): Promise<Round | 'leased'> {
  const plan = responsePlan(ports.policy, stored.failure);
  const standing = cardOf(stored, stored.failure.episode)?.[1];
  if (plan.card === 'none' && !standing) return { kind: 'shown', done: { kinds: ['show', 'counts'], rev: stored.rev } };
  const wishes = standing ? [standing.channel] : [...new Set([plan.channel, ports.policy.channels.default])];
  let round: Round = { kind: 'no-channel', code: 'channel_not_found' };
  for (const wish of wishes) {
    const channel = await ports.board.channelId(wish);
    if (channel.kind === 'later') return channel;
    if (channel.kind === 'ok') {
      const shown = await showInChannel(ports, stored, plan, { channel: channel.value, holder });
      if (shown === 'leased' || shown.kind !== 'no-channel') return shown;
      round = shown;
    }
    ports.log('channel cannot be used', { failureId: stored.failure.id, channel: wish, code: round.code });
  }
  return round;
}

async function showInChannel(
  ports: ShowPorts,
  { failure: { id, episode } }: StoredFailure,
  plan: ResponsePlan,
  { channel, holder }: { channel: string; holder: string },
): Promise<Round | 'leased'> {
  const desk = await openDesk(ports, { failureId: id, channel, episode, holder, leaseMs });
  if (!desk) return 'leased';
  try {
    // What the lease read may be newer than what was planned on.
    const fresh = responsePlan(ports.policy, desk.stored.failure);
    if (desk.stored.failure.episode !== episode) return { kind: 'later', seconds: 1 };
    const { counts } = await countSignals(ports, desk.stored.failure);
    const shown = await showCard(ports, desk, { plan: { ...fresh, channel: plan.channel }, counts });
    if (shown.kind !== 'shown') return shown;
    const previous = await finishPreviousCard(ports, desk, { holder, leaseMs });
    if (previous.kind === 'later') return previous;
    return shown;
  } catch (error) {
    if (error instanceof LeaseLostError) return 'leased';
    throw error;
  } finally {
    await desk.close();
  }
}

async function comeBack({ failures, hints, now, log }: ShowPorts, failureId: FailureId, seconds: number) {
  log('shown later', { failureId, seconds });
  await failures.addDue(failureId, 'show', now().getTime() + seconds * 1000);
  await hints.notify({ failureId }, { delaySeconds: seconds });
}

/**
 * A signal that found the due still standing added none of its own, and may have been counted after the count was read.
 * So once the due is gone the count is looked at again; a card that came before its batch was counted to the end gets its
 * count here, too.
 */
async function checkCounts(ports: ShowPorts, stored: StoredFailure, { kinds, shownCount }: Done): Promise<void> {
  if (shownCount === undefined || !kinds.includes('counts')) return;
  const { counts, isSettled } = await countSignals(ports, stored.failure);
  if (isSettled && counts.count === shownCount) return;
  const seconds = isSettled ? 60 : 10;
  const failureId = stored.failure.id;
  if (await ports.failures.addDue(failureId, 'counts', ports.now().getTime() + seconds * 1000, { onlyIfAbsent: true }))
    await ports.hints.notify({ failureId }, { delaySeconds: seconds });
}
