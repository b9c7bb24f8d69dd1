import { type Failure, isEnded } from '../failure/failure.ts';
import type { FailureId } from '../failure/ids.ts';
import type { Cause } from '../pattern/cause.ts';
import { type CauseEvidence, causeOf, evidenceOf } from '../pattern/cause-of.ts';
import { readEnd, type StatedEnd } from '../pattern/stated-end.ts';
import type { Policy } from '../policy/policy.ts';
import { gatesOf } from './depends-on.ts';
import type { GateHolder, HolderDraft } from './gate.ts';
import type { GateScope } from './gate-scope.ts';
import { clip } from './protocol-holders.ts';
import { dependencies } from './publish-registry.ts';

/** An earlier failure of the same component, or an earlier signal of the same failure. */
export interface RecentCause {
  failureId: FailureId;
  cause: Cause;
  at: string;
}

/** A quota that names no end is tried again after this. */
const blindHoldMs = 15 * 60_000;
/** Two within this are a repetition. */
const repeatMs = 3_600_000;
/** After a day without one more of its kind a gate that still splits, or waits for its first canary, opens by itself. */
const forgottenMs = 24 * 3_600_000;
/** These need no second time: what comes next meets the same. `other` and `killed` may be the item's own fault. */
const shutsAtOnce: readonly Cause[] = ['quota', 'turn-limit', 'time-limit', 'limit-mismatch', 'upstream'];

/**
 * What a failure shuts because of its cause, while it is not resolved. The text's times count from when it opened, so the answer
 * stays the same; what is over by now is not shut any more (shutGate).
 */
export function causeHolders({
  failure,
  policy,
  now,
  recent,
}: {
  failure: Pick<Failure, 'id' | 'component' | 'kind' | 'status' | 'title' | 'openedAt' | 'report'>;
  policy: Pick<Policy, 'components' | 'shared'>;
  now: Date;
  recent: readonly RecentCause[];
}): HolderDraft[] {
  if (isEnded(failure) || failure.kind === 'check-up') return [];
  const { id: failureId, component, openedAt } = failure;
  return holdersFor({ failureId, component, at: openedAt, evidence: evidenceOf(failure), policy, now, recent });
}

/** The same for one signal: what it says now, be its failure as old as it likes. */
export function holdersFor(said: {
  failureId: FailureId;
  component: string;
  /** When it failed. */
  at: string;
  evidence: CauseEvidence;
  /** Found from it; looked for when left out. */
  cause?: Cause;
  policy: Pick<Policy, 'components' | 'shared'>;
  now: Date;
  recent: readonly RecentCause[];
}): HolderDraft[] {
  const { failureId, component, evidence, policy, now, recent } = said;
  const { cause = causeOf(evidence) } = said;
  // A clock that is ahead must not stretch a hold.
  const at = new Date(Math.min(Date.parse(said.at), now.getTime()));
  if (!shutsAtOnce.includes(cause) && !isRepeated(cause, { failureId, at, recent })) return [];
  const way = wayOf(cause, at, () => readEnd(`${evidence.message}\n${evidence.output ?? ''}`, { now: at }));
  return scopesOf(cause, component, policy).map((scope) => ({
    scope,
    id: `cause#${cause}`,
    ...way,
    reason: clip(`${causeWords[cause]} in ${component}: ${firstLine(evidence.message)}`),
    failureId,
    cause,
    by: 'system:protocol',
    since: at.toISOString(),
  }));
}

/** Whether it matters what else failed in the component: for a cause that takes two, unless two unlike ones have nothing in common. */
export function mattersElsewhere(cause: Cause): boolean {
  return !shutsAtOnce.includes(cause) && cause !== 'other';
}

function isRepeated(
  cause: Cause,
  { failureId, at, recent }: { failureId: FailureId; at: Date; recent: readonly RecentCause[] },
): boolean {
  return recent.some((one) => {
    const ago = at.getTime() - Date.parse(one.at);
    // Two failures of which nothing is known have nothing in common; the same one twice has.
    return one.cause === cause && ago >= 0 && ago <= repeatMs && (cause !== 'other' || one.failureId === failureId);
  });
}

type Way = Pick<GateHolder, 'mode' | 'opens'> & { until: string };

function wayOf(cause: Cause, at: Date, findEnd: () => StatedEnd | undefined): Way {
  const after = (ms: number) => new Date(at.getTime() + ms).toISOString();
  switch (cause) {
    case 'turn-limit':
    case 'time-limit':
      return {
        mode: 'split',
        until: after(forgottenMs),
        opens: 'a day after the last one; items above 8 of 10 are split meanwhile',
      };
    case 'quota': {
      const stated = findEnd();
      if (stated) return untilItsEnd(stated);
      return {
        mode: 'hold',
        until: after(blindHoldMs),
        opens: 'after 15 minutes, because it named no end; one item is tried first',
      };
    }
    case 'upstream': {
      const stated = findEnd();
      return stated ? untilItsEnd(stated) : canary(after(forgottenMs));
    }
    case 'limit-mismatch':
    case 'killed':
    case 'other':
      return canary(after(forgottenMs));
    default:
      return cause satisfies never;
  }
}

function untilItsEnd({ end, assumedZone }: StatedEnd): Way {
  const read = assumedZone ? `, read as ${assumedZone} because it names no zone` : '';
  return { mode: 'hold', until: end.toISOString(), opens: `at the end that it named${read}; one item is tried first` };
}

const canary = (until: string): Way => ({
  mode: 'canary',
  until,
  opens: 'when one item is done; one at a time is tried',
});

/** What the component shares and loses together by this cause; when there is no such thing, the component itself. */
function scopesOf(
  cause: Cause,
  component: string,
  { components, shared }: Pick<Policy, 'components' | 'shared'>,
): GateScope[] {
  const common = [...gatesOf(component, dependencies({ components }))].filter((scope) =>
    Object.hasOwn(shared, scope) ? shared[scope]?.causes.includes(cause) : false,
  );
  return common.length > 0 ? common : [component];
}

const causeWords: Record<Cause, string> = {
  quota: 'A quota is used up',
  'turn-limit': 'Out of turns',
  'time-limit': 'Out of time',
  'limit-mismatch': 'Ended from outside before its time limit',
  upstream: 'An upstream does not answer',
  killed: 'Killed twice within the hour',
  other: 'It failed again within the hour',
};

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? '';
}
