import type { Failure } from '../failure/failure.ts';
import { blastRadius } from '../gate/depends-on.ts';
import type { Policy } from '../policy/policy.ts';
import type { Strategy } from '../recovery/run.ts';
import { componentNames } from './card-content.ts';
import {
  type Hindrance,
  hindranceTo,
  holdingRun,
  isOnlyProposed,
  isShutDown,
  type OfferedStrategy,
  offeredStrategies,
  type ResponseFacts,
} from './offers.ts';
import { asksFirst } from './protocol.ts';

/** What one recovery comes to here: it can be started, or why not. */
export interface Offer {
  strategy: OfferedStrategy;
  hindrance?: Hindrance;
}

/** Everything that can be done about a failure, besides what its card shows. */
export interface MoreView {
  failureId: Failure['id'];
  episode: number;
  title: string;
  component: { name: string; title: string };
  level: Failure['level'];
  status: Failure['status'];
  offers: Offer[];
  /** Its workaround form asks for one, and its work item can be split. */
  canWorkAround: boolean;
  canDecompose: boolean;
  /** Others were merged into it. */
  canSplit: boolean;
  /** What an emergency shutdown would stop: every component that cannot work without this one. */
  blastRadius: string[];
  isShutDown: boolean;
  /** What changes something asks once before it begins. */
  confirms: boolean;
  /** A run has the failure's one hold: what touches something must wait for its end. */
  holder?: { strategy: string; state: string };
  /** What only was proposed: it gives way. */
  proposed?: Strategy;
  cardPermalink?: string;
}

export function moreView(
  policy: Policy,
  failure: Failure,
  facts: ResponseFacts,
  cardPermalink: string | undefined,
): MoreView {
  const dependsOn = Object.fromEntries(Object.entries(policy.components).map(([name, one]) => [name, one.dependsOn]));
  const run = holdingRun(failure, facts);
  const proposed = isOnlyProposed(run) ? run.strategy : undefined;
  const holder = proposed ? undefined : run;
  return {
    failureId: failure.id,
    episode: failure.episode,
    title: failure.title,
    component: componentNames(policy, failure.component),
    level: failure.level,
    status: failure.status,
    offers: offeredStrategies.map((strategy) => {
      const hindrance = hindranceTo(strategy, policy, failure, facts);
      return { strategy, ...(hindrance && { hindrance }) };
    }),
    canWorkAround: failure.level >= 2 || failure.workaround !== undefined,
    canDecompose: failure.report.workItem !== undefined || failure.response?.fix !== undefined,
    canSplit: (failure.absorbed ?? []).length > 0,
    blastRadius: blastRadius(failure.component, dependsOn).map((name) => componentNames(policy, name).title),
    isShutDown: isShutDown(failure, facts),
    confirms: asksFirst(policy, failure),
    ...(proposed && { proposed }),
    ...(holder && { holder: { strategy: holder.strategy, state: holder.state } }),
    ...(cardPermalink && { cardPermalink }),
  };
}
