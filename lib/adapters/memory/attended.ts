import { type Dues, earliestDue } from '../../attention/attention.ts';
import type { StoredRun } from '../../ports.ts';

type Attended = Omit<StoredRun, 'run'>;

export function newlyAttended(dues: Dues): Attended {
  return { ...attentionFor(dues), dues: { ...dues }, rev: 1, sweepAttempts: 0 };
}

/** Adds dues: an earlier one of the same kind stays; `rev` moves in any case. */
export function addDues(attended: Attended, dues: Dues): void {
  const added = Object.entries(dues).filter(([kind, at]) => {
    const stands = (attended.dues as Record<string, number>)[kind];
    return stands === undefined || stands > at;
  });
  attended.rev += 1;
  attended.dues = { ...attended.dues, ...Object.fromEntries(added) };
  if (attended.parked !== undefined) {
    delete attended.parked;
    attend(attended, earliestDue(attended.dues));
    attended.sweepAttempts = 0;
  } else if (added.length > 0) {
    attend(attended, Math.min(attended.attentionAt ?? Infinity, ...added.map(([, at]) => at)));
    attended.sweepAttempts = 0;
  }
}

export function clearDues(attended: Attended, kinds: string[], instead: Dues): void {
  const kept = Object.entries(attended.dues).filter(([kind]) => !kinds.includes(kind));
  attended.dues = { ...Object.fromEntries(kept), ...instead };
  attend(attended, earliestDue(attended.dues));
  attended.sweepAttempts = 0;
  delete attended.parked;
}

export function attend(attended: { attentionAt?: number }, at: number | undefined): void {
  if (at === undefined) delete attended.attentionAt;
  else attended.attentionAt = at;
}

function attentionFor(dues: Dues): { attentionAt?: number } {
  const earliest = earliestDue(dues);
  return earliest === undefined ? {} : { attentionAt: earliest };
}
