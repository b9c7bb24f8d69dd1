import type { FailureId } from '../failure/ids.ts';
import { bundleFor, calledBefore, type FoldPorts, foldInto, isInStorm, muteOf } from '../noise/fold-failure.ts';
import type { Policy } from '../policy/policy.ts';
import type {
  BundleHints,
  FailureStore,
  Hints,
  Ids,
  Log,
  Now,
  RunStore,
  SignalLedger,
  StoredFailure,
} from '../ports.ts';
import type { RunnerStore } from '../recovery/runner-presence.ts';
import { type Board, type Later, unclear } from './board.ts';
import { cardKey, cardOf, foldedOf } from './card-content.ts';
import { comeBack } from './come-back.ts';
import { countSignals } from './count-signals.ts';
import { LeaseLostError, openDesk } from './desk.ts';
import { readFacts } from './facts.ts';
import { finishPastCards } from './finish-past-cards.ts';
import { keepCounting } from './keep-counting.ts';
import { type ResponsePlan, responsePlan } from './protocol.ts';
import { showCard } from './show-card.ts';

export interface ShowPorts extends Omit<FoldPorts, 'failures'> {
  failures: FailureStore;
  runs: Pick<RunStore, 'list'>;
  /** What the runners last said of themselves. */
  runners: Pick<RunnerStore, 'list'>;
  ledger: Pick<SignalLedger, 'group'>;
  board: Board;
  hints: Pick<Hints, 'notify'> & BundleHints;
  policy: Policy;
  ids: Pick<Ids, 'actionId'>;
  now: Now;
  log: Log;
}

/** Which dues are done, as of the `rev` that was read. */
export interface Done {
  kinds: ('show' | 'counts')[];
  rev: number;
  /** On a card: the count that it shows, when the next edit for a count alone may be, and the due that came before that. */
  counted?: { shownCount: number; nextAt: number; tooEarly?: number };
}

/** What came of one go at the card. */
export type Round =
  | { kind: 'shown'; done: Done }
  | Later
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
    const round = await showOnce(ports, stored, holder).catch(leasedBy);
    if (round === 'leased') {
      // At the time that stands, if one does: the holder notices, and what was put off stays put off.
      const at = now().getTime();
      await failures.addDue(failureId, 'show', Math.max(stored.dues.show ?? at, at));
      return log('somebody else shows it', { failureId });
    }
    switch (round.kind) {
      case 'shown':
        if (await failures.clearDues(failureId, round.done.kinds, round.done.rev)) {
          return await keepCounting(ports, stored, round.done);
        }
        break;
      case 'later':
        return await comeBack(ports, failureId, round);
      case 'no-channel':
      case 'given-up':
        return log('cannot be shown', { failureId, because: round.kind, code: round.code });
      default:
        return round satisfies never;
    }
    if (now().getTime() - startedAt > enoughMs) return await comeBack(ports, failureId, { seconds: 1 });
  }
}

async function showOnce(ports: ShowPorts, stored: StoredFailure, holder: string): Promise<Round | 'leased'> {
  if (isInStorm(stored)) return { kind: 'shown', done: { kinds: ['show', 'counts'], rev: stored.rev } };
  const plan = responsePlan(ports.policy, stored.failure);
  const standing = cardOf(stored, stored.failure.episode)?.[1] ?? foldedOf(stored);
  if (plan.card === 'none' && !standing) {
    const past = await finishPastCards(ports, stored, { holder, leaseMs });
    return past ?? { kind: 'shown', done: { kinds: ['show', 'counts'], rev: stored.rev } };
  }
  const wishes = new Set([standing?.channel ?? plan.channel, ports.policy.channels.default]);
  let round: Round = { kind: 'no-channel', code: 'channel_not_found' };
  for (const wish of wishes) {
    const channel = await ports.board.channelId(wish);
    if (channel.kind === 'later') return channel;
    if (channel.kind === 'unsure') return unclear;
    if (channel.kind === 'refused') round = { kind: 'no-channel', code: channel.code };
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
    if (desk.stored.failure.episode !== episode) return { kind: 'later', seconds: 1 };
    const mute = await muteOf(ports, desk.stored.failure);
    const ordered = responsePlan(ports.policy, desk.stored.failure);
    const bundle = await bundleFor(ports, desk, { plan: ordered, mute });
    if (bundle) {
      await foldInto(ports, desk, bundle);
      const past = await finishPastCards(ports, desk.stored, { holder, leaseMs });
      return past ?? { kind: 'shown', done: { kinds: ['show', 'counts'], rev: desk.stored.rev } };
    }
    const facts = await readFacts(ports, desk.stored.failure);
    const fresh = responsePlan(ports.policy, desk.stored.failure, facts);
    const { counts } = await countSignals(ports, desk.stored.failure);
    const called = await calledBefore(ports, desk);
    const mention = fresh.mention.filter((one) => !called.includes(one));
    const heard = mute ? { ...fresh, ...callsNobody } : { ...fresh, mention };
    const shown = await showCard(ports, desk, { plan: { ...heard, channel: plan.channel }, counts, facts });
    // Its line in a storm or mute, if it has one, says what its card says. While that must wait for room the line says nothing
    // newer: else all would be said, and the card never posted.
    if (desk.card.folded && desk.card.place) await foldInto(ports, desk, desk.card.folded.bundle);
    if (shown.kind !== 'shown') return shown;
    const { cards } = desk.stored;
    const stored = { ...desk.stored, cards: { ...cards, [cardKey(channel, episode)]: desk.card } };
    return (await finishPastCards(ports, stored, { holder, leaseMs })) ?? shown;
  } finally {
    await desk.close();
  }
}

/** Who muted the component hears of nothing but what they act on. */
const callsNobody = { card: 'quiet', mention: [], alertMention: [] } satisfies Partial<ResponsePlan>;

function leasedBy(error: unknown): 'leased' {
  if (error instanceof LeaseLostError) return 'leased';
  throw error;
}
