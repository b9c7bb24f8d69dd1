import { type Failure, gravestLevel } from '../failure/failure.ts';
import type { Actor, FailureId } from '../failure/ids.ts';
import type { Workaround } from '../failure/workaround.ts';
import type { Mention } from '../policy/policy.ts';
import type { DebtPorts } from './debt.ts';
import { mayApprove } from './may-do.ts';
import { mayNotStart } from './may-start.ts';
import type { RequestPorts } from './recovery-wish.ts';
import type { RecoveryRefusal } from './refusal.ts';
import type { AskMember } from './roles.ts';

export type WorkaroundPorts = RequestPorts & DebtPorts & { askMember?: AskMember | undefined };

/** Unless it is said, a workaround is to be gone after two weeks; put off, it stays two weeks longer. */
export const usualDays = 14;
/** It is not for ever. */
export const longestDays = 365;
const dayMs = 24 * 3_600_000;

export type WorkaroundRefusal =
  | RecoveryRefusal
  /** Another one stands already: it is to be removed first. */
  | { kind: 'refused'; because: 'already-standing'; failure: Failure }
  | { kind: 'refused'; because: 'none-standing'; failure: Failure }
  /** The end must be in the future, and later than it was. */
  | { kind: 'refused'; because: 'too-early'; failure: Failure; earliest: string }
  /** It would stand for more than a year. */
  | { kind: 'refused'; because: 'too-late'; failure: Failure; latest: string }
  /** It stands for a year from now already: no day is left to put it off to. */
  | { kind: 'refused'; because: 'longest-already'; failure: Failure; until: string }
  /** Put off twice already: the third time is an approver's word. */
  | { kind: 'refused'; because: 'needs-approver'; failure: Failure; who: Mention[] };

export async function mayNot(
  ports: WorkaroundPorts,
  failure: Failure,
  { by, episode }: { by: Actor; episode?: number | undefined },
): Promise<RecoveryRefusal | undefined> {
  if (episode !== undefined && episode < failure.episode) {
    return { kind: 'refused', because: 'earlier-episode', failure };
  }
  if (by.startsWith('system:')) return undefined;
  const forbidden = await mayNotStart(ports, { by, level: gravestLevel(failure) });
  return forbidden && { kind: 'refused', failure, ...forbidden };
}

/** So often it is put off without an approver. */
const freeRenewals = 2;

/** From the third time on it takes another person than who put it in place or owns it, approver or not. */
export async function mayNotPutOff(
  ports: WorkaroundPorts,
  failure: Failure,
  standing: Pick<Workaround, 'by' | 'owner' | 'renewals'>,
  by: Actor,
): Promise<WorkaroundRefusal | undefined> {
  if (standing.renewals < freeRenewals) return undefined;
  const who = ports.policy.recovery.mayApprove;
  const isOwn = by === standing.by || by === standing.owner;
  const answer = isOwn ? 'no' : await mayApprove(ports, { who, by, level: gravestLevel(failure) });
  if (answer === 'yes') return undefined;
  return { kind: 'refused', because: answer === 'unknown' ? 'role-unknown' : 'needs-approver', failure, who };
}

/** When it is to be gone: as it was said, or as usual after `earliest`. */
export function checkEnd(
  failure: Failure,
  { removeBy, earliest, now }: { removeBy: string | undefined; earliest: Date; now: Date },
):
  | { kind: 'until'; end: Date }
  | Extract<WorkaroundRefusal, { because: 'too-early' | 'too-late' | 'longest-already' }> {
  const latest = new Date(now.getTime() + longestDays * dayMs);
  // People choose whole days.
  if (earliest.getTime() + dayMs > latest.getTime())
    return { kind: 'refused', because: 'longest-already', failure, until: earliest.toISOString() };
  const usual = Math.min(earliest.getTime() + usualDays * dayMs, latest.getTime());
  const end = new Date(removeBy ?? usual);
  if (!(end > earliest)) return { kind: 'refused', because: 'too-early', failure, earliest: earliest.toISOString() };
  if (end > latest) return { kind: 'refused', because: 'too-late', failure, latest: latest.toISOString() };
  return { kind: 'until', end };
}

export async function saveWorkaround(ports: WorkaroundPorts, before: Failure, next: Failure, at: Date): Promise<void> {
  const due = at.getTime();
  await ports.failures.saveState(next, { expectedVersion: before.version, dues: { show: due, effects: due } });
}

export async function hintWorkaround({ hints }: WorkaroundPorts, failureId: FailureId): Promise<void> {
  await Promise.all([hints.notify({ failureId }), hints.effects({ failureId })]);
}
