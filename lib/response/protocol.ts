import type { FailureStatus } from '../failure/failure.ts';
import { componentPolicy, type Policy } from '../policy/policy.ts';
import type { Strategy } from '../recovery/run.ts';
import type { Level } from '../signal/signal.ts';

export type CardButton = 'acknowledge' | 'rollback' | 'resolve' | 'reopen';

/** What the protocol orders for a failure as it stands now. */
export interface ResponsePlan {
  /** `none`: no message of its own · `quiet`: a card · `mention`: a card that calls its owner. */
  card: 'none' | 'quiet' | 'mention';
  /** As policy names it: `#name` or an id. */
  channel: string;
  /** Who owns it, as policy names them. */
  owner?: string;
  /** At most four, those that fit now. */
  buttons: CardButton[];
  /** The recovery that the button starts, and on which runner. */
  recovery?: { strategy: Strategy; runner: string };
  /** Why there is no recovery button where people look for one. */
  withoutRecovery?: 'needs-approval' | 'no-runner';
}

/** The level where people recover with one click; above it a rollback needs a second person's approval. */
const oneClickLevel: Level = 3;

export function responsePlan(
  policy: Policy,
  failure: { level: Level; status: FailureStatus; component: string },
): ResponsePlan {
  const component = componentPolicy(policy, failure.component);
  const owner = component.owner ?? policy.owner;
  const recovery =
    failure.level === oneClickLevel && component.recovery
      ? { strategy: 'rollback-and-retry' as const, runner: component.recovery.runner }
      : undefined;
  const isActive = failure.status === 'open' || failure.status === 'acknowledged';
  return {
    card: cardFor(failure.level),
    channel: component.channel ?? policy.channels.default,
    ...(owner && { owner }),
    buttons: buttonsFor(failure.status, recovery !== undefined),
    ...(recovery && { recovery }),
    ...(isActive &&
      failure.level >= oneClickLevel &&
      !recovery && {
        withoutRecovery: failure.level > oneClickLevel ? ('needs-approval' as const) : ('no-runner' as const),
      }),
  };
}

function cardFor(level: Level): ResponsePlan['card'] {
  if (level === 1) return 'none';
  return level === 2 ? 'quiet' : 'mention';
}

function buttonsFor(status: FailureStatus, canRecover: boolean): CardButton[] {
  const recovery: CardButton[] = canRecover ? ['rollback'] : [];
  switch (status) {
    case 'open':
      return ['acknowledge', ...recovery, 'resolve'];
    case 'acknowledged':
      return [...recovery, 'resolve'];
    case 'recovering':
      return [];
    case 'resolved':
      return ['reopen'];
    default:
      return status satisfies never;
  }
}
