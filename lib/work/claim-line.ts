import { VersionConflictError } from '../errors.ts';
import type { GateHolder } from '../gate/gate.ts';
import { gateAnswer } from '../gate/may-go-on.ts';
import { noteCanary } from '../gate/note-canary.ts';
import { claimingMs, holdCanary } from './canary.ts';
import type { Choice } from './choose-lines.ts';
import { complexityOf } from './complexity.ts';
import { leaseUntil } from './lease.ts';
import { releaseWork } from './release-work.ts';
import { type ClaimedWork, claimed, type PendingWork, workDues } from './work-moves.ts';
import type { WorkPorts } from './work-ports.ts';
import type { StoredWork, WorkLine } from './work-store.ts';

interface Attempt {
  line: WorkLine;
  choice: Choice;
  holder: string;
  token: string;
  leaseMinutes: number | undefined;
}

type LineOutcome =
  | { kind: 'claimed'; item: ClaimedWork; isCanary: boolean }
  /** Somebody else was first. */
  | { kind: 'taken' }
  /** Its gate does not let it through. */
  | { kind: 'waits' };

/** Tries to claim one line of the queue. A canary's place is taken before the item, and given back when the item is lost. */
export async function claimLine(ports: WorkPorts, attempt: Attempt): Promise<LineOutcome> {
  const { line, choice } = attempt;
  const stored = await ports.work.get(line.id);
  if (stored?.item.state !== 'pending') return { kind: 'taken' };
  const { item } = stored;
  for (let looks = 0; looks < 20; looks++) {
    const { score, reasons } = complexityOf(item);
    const asked = { component: item.component, complexity: score, workItemId: item.id };
    const answer = gateAnswer(choice.gates, asked, ports.now());
    if (answer.kind === 'split') {
      choice.waiting.tooComplex({ item, score, reasons, holders: answer.holders });
      return { kind: 'waits' };
    }
    if (answer.kind !== 'go') {
      choice.waiting.shut(item.component, answer);
      return { kind: 'waits' };
    }
    if (answer.canaryOf.length === 0) {
      const mine = await claimItem(ports, stored, attempt);
      return mine ? { kind: 'claimed', item: mine, isCanary: false } : { kind: 'taken' };
    }
    const underWay = answer.canaryOf.filter(({ canary }) => canary && ports.now().getTime() < Date.parse(canary.until));
    if (underWay.length > 0) {
      // Somebody else is claiming this very item, or was killed in the middle of it: the place is theirs for its minute.
      choice.waiting.shut(item.component, { kind: 'hold', holders: underWay });
      return { kind: 'waits' };
    }
    const outcome = await claimAsCanary(ports, stored, answer.canaryOf, attempt);
    if (outcome !== 'gate-changed') return outcome;
    choice.gates = await ports.gates.read();
  }
  return { kind: 'taken' };
}

/** Undefined: somebody else was first. */
async function claimItem(
  { work, now }: WorkPorts,
  stored: StoredWork,
  { holder, token, leaseMinutes }: Attempt,
): Promise<ClaimedWork | undefined> {
  const at = now();
  const lease = { holder, token, claimedAt: at.toISOString(), until: leaseUntil(at, leaseMinutes).toISOString() };
  const item = claimed(stored.item as PendingWork, lease);
  try {
    await work.save(item, { expectedVersion: stored.item.version, dues: workDues(item, stored.dues) });
    return item;
  } catch (error) {
    if (error instanceof VersionConflictError) return undefined;
    throw error;
  }
}

/**
 * The place is taken for a moment, then the item, then the place for as long as the lease: who is killed in between holds
 * up the gate for a minute, and not for a lease that nobody knows of.
 */
async function claimAsCanary(
  ports: WorkPorts,
  stored: StoredWork,
  canaryOf: readonly GateHolder[],
  attempt: Attempt,
): Promise<LineOutcome | 'gate-changed'> {
  const workItemId = stored.item.id;
  const until = new Date(ports.now().getTime() + claimingMs).toISOString();
  const place = await noteCanary(ports, { what: 'claimed', workItemId, holders: canaryOf, until });
  if (place.kind === 'lost') return 'gate-changed';
  const mine = await claimItem(ports, stored, attempt);
  if (!mine) {
    await giveBackPlace(ports, place.holders);
    attempt.choice.gates = await ports.gates.read();
    return { kind: 'taken' };
  }
  if (await holdCanary(ports, { workItemId, until: mine.lease.until, of: place.holders })) {
    return { kind: 'claimed', item: mine, isCanary: true };
  }
  // It took longer than a moment, and another item is the canary by now.
  await releaseWork(ports, { id: mine.id, token: attempt.token });
  return 'gate-changed';
}

/** Only what this claim wrote: who took the item may be its canary by now. */
async function giveBackPlace({ gates, ids }: WorkPorts, holders: readonly GateHolder[]): Promise<void> {
  for (const { canary: _, ...free } of holders) {
    await gates.put({ ...free, rev: ids.actionId() }, { expected: free.rev });
  }
}
