import { type Failure, isEnded } from '../failure/failure.ts';
import type { ResponseRecord } from '../failure/response-record.ts';
import { blastRadius } from '../gate/depends-on.ts';
import { dependencies } from '../gate/publish-registry.ts';
import type { Policy } from '../policy/policy.ts';
import { postMortemFrom } from '../postmortem/post-mortem.ts';
import { isProposal } from '../recovery/approvals.ts';
import { neverHeld } from '../recovery/never-held.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { isHeldBy } from '../recovery/run-states.ts';
import { strategies } from '../recovery/strategies.ts';
import { type FixItem, fixItem } from './fix-item.ts';

/** What the protocol orders for a failure as it stands now, beside what Slack shows and the gates. */
export interface Effects {
  fix: FixItem;
  /** The next item whose gate is open is named. */
  switchesTask: boolean;
  /** A rollback is to be asked for, by nobody. `hourly`: it may go on by itself, once an hour a component. */
  rollback?: 'proposed' | 'hourly';
  opensPostMortem: boolean;
  pages: boolean;
  /** What to do when all is down. */
  runbook: string[];
  /** What an emergency shutdown would stop. */
  shutdownStops: string[];
  /** Rollbacks that worked, and took a change back which is to come again, smaller. */
  takenBack: RecoveryRun[];
}

/** When policy names no runbook. */
export const usualRunbook = [
  'One person leads and decides; another writes down what is done, in this thread.',
  'Tell those who are affected that you know, and when they hear from you next.',
  'Stop what makes it worse: traffic, jobs, deployments.',
  'Save what shows the cause before it is overwritten: logs, metrics, the state of the disk.',
  'Bring it back: roll back, restore the last good backup, or fail over, and check that it works.',
  'Watch it for an hour before you call it over.',
];

export function effectsOf(failure: Failure, { policy, runs }: { policy: Policy; runs: RecoveryRun[] }): Effects {
  const { level, episode } = failure;
  const isOpen = !isEnded(failure);
  const done = (key: string) => recordOf(failure).done.includes(key);
  const proposal = wantedRollback(failure, { policy, runs });
  const rollback = proposal && !done(rollbackKeys[proposal]) ? proposal : undefined;
  const isEmergency = isOpen && level === 5;
  return {
    fix: fixItem(failure),
    switchesTask: isOpen && level >= 3,
    ...(rollback && { rollback }),
    opensPostMortem: failure.status !== 'merged' && level >= postMortemFrom && !done('post-mortem'),
    pages: isEmergency && policy.pager !== undefined && !done('pager'),
    runbook: isEmergency && !done('runbook') ? orUsual(policy.disasterRecovery) : [],
    shutdownStops:
      isEmergency && hasRunner(policy, failure) && !done('blast-radius')
        ? blastRadius(failure.component, dependencies(policy))
        : [],
    takenBack: runs.filter((run) => run.episode === episode && isTakenBack(run) && !done(followUpKey(run))),
  };
}

/** What was done in this episode; nothing yet when the record is of an earlier one. */
export function recordOf({ episode, response }: Failure): ResponseRecord {
  return response?.episode === episode ? response : { episode, gates: [], done: [] };
}

/** Why none can be proposed is said once; an automatic one that could not begin keeps a worse level from no proposal. */
export const rollbackKeys = { proposed: 'rollback', hourly: 'rollback/hourly' } as const;

export const followUpKey = ({ id }: Pick<RecoveryRun, 'id'>): string => `smaller/${id}`;

/** Nobody has tried to recover it in this episode, so the protocol may ask. */
function wantedRollback(
  failure: Failure,
  { policy, runs }: { policy: Policy; runs: RecoveryRun[] },
): Effects['rollback'] {
  if (failure.status !== 'open' && failure.status !== 'acknowledged') return undefined;
  const own = runs.filter((run) => run.episode === failure.episode);
  if (own.some((run) => isTry(run, failure))) return undefined;
  if (failure.level >= 4) return policy.recovery.proposeRollback ? 'proposed' : undefined;
  // Whose word the level is: a person's, or a stranger's, lets nothing begin by itself.
  const source = failure.regraded ? undefined : failure.levelAt ? failure.levelSource : failure.report.source;
  // Who goes around it, or tried something else, has it in hand: nothing begins by itself beside that.
  const isInHand = own.some((run) => run.strategy === 'workaround' || wasLessGrave(run, failure));
  const isAutomatic =
    failure.level === 3 && !isInHand && source !== undefined && policy.recovery.automaticFor.includes(source);
  return isAutomatic && failure.status === 'open' ? 'hourly' : undefined;
}

function isTry(run: RecoveryRun, failure: Failure): boolean {
  if (run.dryRun || strategies[run.strategy].isReadOnly) return false;
  // It goes around the failure. When that proves worse than it looked, a rollback is proposed all the same.
  if (run.strategy === 'workaround' || isOfAnotherLevel(run, failure) || wasLessGrave(run, failure)) return false;
  return isHeldBy(failure, run) || (run.state !== 'requested' && !neverHeld(run));
}

/** Kintsugi proposed it, and called it off itself because the failure was graded anew: nobody has decided anything. */
function isOfAnotherLevel(run: RecoveryRun, { levelAt }: Failure): boolean {
  const isCalledOff = run.state === 'cancelled' && run.cancelledBy === 'system:recovery';
  return isProposal(run) && isCalledOff && levelAt !== undefined && run.requestedAt < levelAt;
}

/** When cleaning or restarting did not help, and the failure proved worse than it ever was by then, a rollback is proposed. */
function wasLessGrave(run: RecoveryRun, failure: Failure): boolean {
  if (run.dryRun || (run.strategy !== 'clean' && run.strategy !== 'restart')) return false;
  return 'endedAt' in run && run.level !== undefined && run.level < failure.level;
}

function isTakenBack(run: RecoveryRun): boolean {
  return run.state === 'succeeded' && run.strategy === 'rollback-and-retry' && run.failedChange !== undefined;
}

const hasRunner = (policy: Policy, { component }: Failure): boolean =>
  policy.components[component]?.recovery !== undefined;

const orUsual = (steps: string[]): string[] => (steps.length > 0 ? steps : usualRunbook);
