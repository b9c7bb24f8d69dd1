import type { Failure } from '../failure/failure.ts';
import { componentPolicy, type Policy } from '../policy/policy.ts';
import { isProposal } from '../recovery/approvals.ts';
import type { RecoveryRun, Strategy } from '../recovery/run.ts';
import type { KnownRunner } from '../recovery/runner-presence.ts';
import { strategies } from '../recovery/strategies.ts';

/** What is known besides the failure's own state; what is absent is not known, and hinders nothing. */
export interface ResponseFacts {
  runs?: RecoveryRun[];
  runners?: KnownRunner[];
}

/** The recoveries that people may start from a card. */
export const offeredStrategies = ['rollback-and-retry', 'clean', 'shutdown', 'restart', 'diagnose'] as const;
export type OfferedStrategy = (typeof offeredStrategies)[number];

/** Why a recovery cannot work here, so that its button is not shown. */
export type Hindrance =
  /** This line of kintsugi.yml is missing. */
  | { because: 'no-runner'; missing: string }
  /** The host's runner.yml lacks what it needs. */
  | { because: 'runner-cannot'; runner: string }
  /** Orders less than what the level calls for. */
  | { because: 'lower-level'; fromLevel: number };

export type Subject = Pick<Failure, 'level' | 'status' | 'component'> &
  Partial<Pick<Failure, 'report' | 'episode' | 'worstLevel' | 'workaround'>> & {
    runId?: string | undefined;
    acknowledgedBy?: string | undefined;
  };

/** Undefined: it can be started, as far as anybody knows. */
export function hindranceTo(
  strategy: Exclude<Strategy, 'undo' | 'workaround'>,
  policy: Policy,
  failure: Subject,
  { runners }: ResponseFacts = {},
): Hindrance | undefined {
  const { fromLevel } = strategies[strategy];
  if (failure.level < fromLevel) return { because: 'lower-level', fromLevel };
  const { recovery } = componentPolicy(policy, failure.component);
  const place = `components.${failure.component}.recovery`;
  if (!recovery) return { because: 'no-runner', missing: place };
  if (!policy.runners[recovery.runner]?.publicKey) {
    return { because: 'no-runner', missing: `runners.${recovery.runner}.publicKey` };
  }
  const known = runners?.find(({ runner }) => runner === recovery.runner);
  // What it says of itself goes before what policy lets expect: a rollback may be a pair of commands, without a work tree.
  if (known) {
    const isAble = known.abilities[failure.component]?.includes(strategy) ?? false;
    return isAble ? undefined : { because: 'runner-cannot', runner: recovery.runner };
  }
  if (strategy === 'rollback-and-retry' && !recovery.workTree) {
    return { because: 'no-runner', missing: `${place}.workTree` };
  }
  return undefined;
}

/** The run that has the failure's hold. */
export function holdingRun(failure: Subject, { runs }: ResponseFacts): RecoveryRun | undefined {
  return failure.status === 'recovering' ? runs?.find(({ id }) => id === failure.runId) : undefined;
}

/** Nothing is touched yet: it can be cancelled, and people can still take or resolve the failure. */
export function hasNotBegun(run: RecoveryRun | undefined): boolean {
  return run?.state === 'requested' || run?.state === 'awaiting-approval';
}

/** Nobody asked for it, and nobody released it: it gives way to what a person asks for. */
export function isOnlyProposed(run: RecoveryRun | undefined): run is RecoveryRun {
  return run !== undefined && hasNotBegun(run) && isProposal(run);
}

export function isShutDown(failure: Subject, facts: ResponseFacts): boolean {
  return standingShutdown(failure, facts) !== undefined;
}

/** An emergency shutdown of this episode that worked, when nothing was started again since. */
export function standingShutdown(failure: Subject, { runs = [] }: ResponseFacts): RecoveryRun | undefined {
  const last = runs
    .filter(({ strategy, dryRun }) => (strategy === 'shutdown' || strategy === 'restart') && !dryRun)
    .filter(({ episode, state }) => state === 'succeeded' && episode === (failure.episode ?? episode))
    .sort((one, other) => one.requestedAt.localeCompare(other.requestedAt))
    .at(-1);
  return last?.strategy === 'shutdown' ? last : undefined;
}
