import { type Failure, isEnded } from '../failure/failure.ts';
import { componentPolicy, type Mention, type Policy } from '../policy/policy.ts';
import { approvalsFor } from '../recovery/approvals.ts';
import type { Strategy } from '../recovery/run.ts';
import type { Level } from '../signal/signal.ts';
import {
  type Hindrance,
  hasNotBegun,
  hindranceTo,
  holdingRun,
  isOnlyProposed,
  isShutDown,
  type ResponseFacts,
  type Subject,
} from './offers.ts';

export type CardButton =
  | 'acknowledge'
  | 'rollback'
  | 'shutdown'
  | 'restart'
  | 'workaround'
  | 'decompose'
  | 'diagnose'
  | 'clean'
  | 'regrade'
  | 'resolve'
  | 'reopen'
  | 'edit'
  | 'split';

/** What the protocol orders for a failure as it stands now. */
export interface ResponsePlan {
  /** `none`: no message of its own · `quiet`: a card · `mention`: a card that calls somebody. */
  card: 'none' | 'quiet' | 'mention';
  /** As policy names it: `#name` or an id. */
  channel: string;
  /** Channels that get a short message with a link to the card, besides it. */
  alerts: string[];
  /** Whom those call, besides whom the card does. */
  alertMention: Mention[];
  /** Who owns it, as policy names them. */
  owner?: string;
  /** Whom the card calls. */
  mention: Mention[];
  /** At most four, those that fit now. */
  buttons: CardButton[];
  /** *More…* has the rest. */
  hasMore: boolean;
  /** Begins at the press, nobody else is asked: one question comes before it. */
  confirms: boolean;
  /** The recovery that the rollback button starts, and on which runner. */
  recovery?: { strategy: Strategy; runner: string };
  /** Why there is no rollback button where people look for one. */
  withoutRecovery?: Hindrance;
}

/** A card shows so many and no more: tired people do not read a wall of buttons. */
const mostButtons = 4;
/** From here on the owner is called, and a rollback is offered. */
const majorLevel: Level = 3;

export function responsePlan(policy: Policy, failure: Subject, facts: ResponseFacts = {}): ResponsePlan {
  const component = componentPolicy(policy, failure.component);
  const owner = component.owner ?? policy.owner;
  const isActive = failure.status === 'open' || failure.status === 'acknowledged';
  const hindrance = hindranceTo('rollback-and-retry', policy, failure, facts);
  const mention = mentionsAt(policy, failure);
  return {
    card:
      failure.level === 1 || failure.status === 'merged'
        ? 'none'
        : failure.level >= majorLevel || mention.length > 0
          ? 'mention'
          : 'quiet',
    channel: channelAt(policy, failure),
    alerts: failure.level === 5 ? policy.channels.emergency : [],
    alertMention: levelOf(policy, failure.level)?.mention ?? [],
    ...(owner && { owner }),
    mention,
    buttons: buttonsFor(policy, failure, facts),
    hasMore: !isEnded(failure),
    confirms: asksFirst(policy, failure),
    ...(isActive &&
      !hindrance &&
      component.recovery && {
        recovery: { strategy: 'rollback-and-retry' as const, runner: component.recovery.runner },
      }),
    ...(isActive && failure.level >= majorLevel && hindrance && { withoutRecovery: hindrance }),
  };
}

/** The nearest word wins: the component's for this level, everybody's for this level, the component's own, the default. */
function channelAt(policy: Policy, { level, component: name }: Subject): string {
  const component = componentPolicy(policy, name);
  const [ours, everybodys] = [levelOf(component, level), levelOf(policy, level)];
  return ours?.channel ?? everybodys?.channel ?? component.channel ?? policy.channels.default;
}

function mentionsAt(policy: Policy, { level, component: name }: Subject): Mention[] {
  if (level === 1) return [];
  const component = componentPolicy(policy, name);
  const owner = component.owner ?? policy.owner;
  const usual = level >= majorLevel && owner ? [owner] : [];
  return levelOf(component, level)?.mention ?? levelOf(policy, level)?.mention ?? usual;
}

function levelOf({ levels }: Pick<Policy, 'levels'>, level: Level) {
  return level === 1 ? undefined : levels[level];
}

/** The table of levels and buttons: those that fit now, most wanted first, and always the way to the end. */
function buttonsFor(policy: Policy, failure: Subject, facts: ResponseFacts): CardButton[] {
  switch (failure.status) {
    case 'open':
    case 'acknowledged': {
      const first: CardButton[] = failure.status === 'open' ? ['acknowledge'] : [];
      const room = mostButtons - first.length - 1;
      return [...first, ...wanted(policy, failure, facts).slice(0, room), 'resolve'];
    }
    case 'recovering': {
      // Until the runner has its go, the failure can be taken, and resolving it cancels the run.
      const holder = holdingRun(failure, facts);
      if (!hasNotBegun(holder)) return [];
      const first: CardButton[] = failure.acknowledgedBy ? [] : ['acknowledge'];
      // A proposal gives way to whatever else a person asks for; itself is approved on its own message.
      const instead = isOnlyProposed(holder) ? wanted(policy, failure, facts).filter(isNot(holder.strategy)) : [];
      return [...first, ...instead.slice(0, mostButtons - first.length - 1), 'resolve'];
    }
    case 'resolved':
      // What is mended may still stand on a workaround: its form says that it is gone. What was learned is written when there is time.
      return failure.workaround ? ['reopen', 'workaround', 'edit'] : ['reopen', 'edit'];
    case 'merged':
      return ['split'];
    default:
      return failure.status satisfies never;
  }
}

/** From here on what changes something asks once; where others approve it, they are that question. */
export function asksFirst(
  policy: Policy,
  failure: Pick<Failure, 'level'> & { worstLevel?: Failure['worstLevel'] },
): boolean {
  return (
    failure.level >= majorLevel &&
    approvalsFor(policy, failure, { strategy: 'rollback-and-retry', dryRun: false }) === 0
  );
}

const isNot = (strategy: Strategy) => (button: CardButton) =>
  button !== (strategy === 'rollback-and-retry' ? 'rollback' : strategy);

/** A standing workaround comes first at every level: its reminders say to press that button. */
function wanted(policy: Policy, failure: Subject, facts: ResponseFacts): CardButton[] {
  const usual = wantedAtLevel(policy, failure, facts);
  return failure.workaround ? ['workaround', ...usual.filter((button) => button !== 'workaround')] : usual;
}

function wantedAtLevel(policy: Policy, failure: Subject, facts: ResponseFacts): CardButton[] {
  if (failure.level === 1) return ['regrade'];
  if (failure.level === 2) return ['workaround'];
  const can = (strategy: Parameters<typeof hindranceTo>[0]) => !hindranceTo(strategy, policy, failure, facts);
  const buttons: [CardButton, boolean][] = [
    ['restart', isShutDown(failure, facts) && can('restart')],
    ['shutdown', !isShutDown(failure, facts) && can('shutdown')],
    ['rollback', can('rollback-and-retry')],
    ['decompose', failure.report?.workItem !== undefined],
    ['workaround', true],
    ['diagnose', can('diagnose')],
  ];
  return buttons.flatMap(([button, fits]) => (fits ? [button] : []));
}

/** Who may say yes to a recovery, and who is called for it: the named ones, else the component's owner. */
export function approversOf(policy: Policy, component: string): { mayApprove: Mention[]; mention: Mention[] } {
  const { mayApprove } = policy.recovery;
  const owner = componentPolicy(policy, component).owner ?? policy.owner;
  return { mayApprove, mention: mayApprove.length > 0 ? mayApprove : owner ? [owner] : [] };
}
