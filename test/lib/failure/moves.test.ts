import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../lib/failure/failure.ts';
import type { RunId } from '../../../lib/failure/ids.ts';
import { acknowledge, regrade, reopen, resolve } from '../../../lib/failure/moves/by-people.ts';
import {
  recoveryEnded,
  recoveryFailed,
  recoverySucceeded,
  startRecovery,
} from '../../../lib/failure/moves/by-recovery.ts';
import { raiseLevel, recur, recurrenceGraceMs } from '../../../lib/failure/moves/by-signals.ts';
import { openFailure } from '../../contracts/stores/samples.ts';

const at = new Date('2026-11-03T13:00:00.000Z');
const move = { by: 'U0ADA', at, actionId: 'a-1' };
const runId = 'R-0123456789' as RunId;
const run = { ...move, runId, strategy: 'rollback-and-retry' as const };
const news = { level: 4 as const, levelReasons: ['system down'], report: openFailure().report };

function moved(transition: { kind: string; failure: Failure }): Failure {
  expect(transition.kind).toBe('moved');
  return transition.failure;
}
const open = openFailure({ outcomes: [] });
const acknowledged = moved(acknowledge(open, move));
const recovering = moved(startRecovery(acknowledged, run));
const resolved = moved(resolve(acknowledged, move));
const recovered = moved(recoverySucceeded(recovering, run));

describe('what may happen to a failure', () => {
  it.each([
    ['acknowledge', 'open', acknowledge(open, move), 'acknowledged'],
    ['acknowledge', 'acknowledged', acknowledge(acknowledged, move), 'already-acknowledged'],
    ['acknowledge', 'recovering and taken', acknowledge(recovering, move), 'already-acknowledged'],
    ['acknowledge', 'recovering', acknowledge(moved(startRecovery(open, run)), move), 'recovering'],
    ['acknowledge', 'resolved', acknowledge(resolved, move), 'already-resolved'],
    ['resolve', 'open', resolve(open, move), 'resolved'],
    ['resolve', 'acknowledged', resolve(acknowledged, move), 'resolved'],
    ['resolve', 'recovering', resolve(recovering, move), 'recovering'],
    ['resolve', 'resolved', resolve(resolved, move), 'already-resolved'],
    ['reopen', 'open', reopen(open, move), 'already-open'],
    ['reopen', 'acknowledged', reopen(acknowledged, move), 'already-open'],
    ['reopen', 'recovering', reopen(recovering, move), 'recovering'],
    ['reopen', 'resolved', reopen(resolved, move), 'acknowledged'],
    ['recover', 'open', startRecovery(open, run), 'recovering'],
    ['recover', 'acknowledged', startRecovery(acknowledged, run), 'recovering'],
    ['recover', 'recovering', startRecovery(recovering, run), 'recovering'],
    ['recover', 'resolved', startRecovery(resolved, run), 'already-resolved'],
    ['raise', 'open', raiseLevel(open, { ...move, ...news }), 'open'],
    ['raise', 'resolved', raiseLevel(resolved, { ...move, ...news }), 'already-resolved'],
    ['lower', 'open', raiseLevel(open, { ...move, ...news, level: 3 }), 'not-higher'],
  ])('%s what is %s', (_verb, _status, transition, outcome) => {
    expect(transition.kind === 'moved' ? transition.failure.status : transition.because).toBe(outcome);
  });

  it('remembers evidence that is worse than a person had, although they had said that it is as bad already', () => {
    const grade = (failure: Failure, level: 2 | 4 | 5) => moved(regrade(failure, { ...move, level, reason: 'seen' }));
    const told = (failure: Failure, level: 3 | 4) => raiseLevel(failure, { ...move, ...news, level });
    const minor = { ...open, level: 2 as const };
    const heard = moved(told(grade(minor, 4), 3));
    expect(heard).toMatchObject({ level: 4, regraded: { evidence: 3 }, latestEntry: { isQuiet: true } });
    expect(told(heard, 3)).toMatchObject({ kind: 'unchanged' });
    // Lowered in the knowledge of it: only what is worse raises it again.
    expect(told(grade(heard, 2), 3)).toMatchObject({ kind: 'unchanged', because: 'not-higher' });
    expect(moved(told(grade(heard, 2), 4)).level).toBe(4);
    expect(moved(told(grade(minor, 5), 4))).toMatchObject({ level: 5 });
  });

  it('keeps who had it while a recovery runs, and gives it back when the recovery fails', () => {
    const failed = moved(recoveryFailed(recovering, { ...run, reason: 'verify failed' }));
    expect(failed).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'U0ADA' });
    expect(failed.outcomes).toEqual([{ strategy: 'rollback-and-retry', worked: 0, tried: 1 }]);
    const unowned = moved(startRecovery(open, run));
    expect(moved(recoveryFailed(unowned, { ...run, reason: 'x' })).status).toBe('open');
  });

  it('counts a run that came to nothing known as not tried', () => {
    expect(moved(recoveryEnded(recovering, { ...run, reason: 'expired' })).outcomes).toEqual([]);
  });

  it('hears only of its own run', () => {
    const other = { ...run, runId: 'R-9876543210' as RunId };
    for (const status of [open, acknowledged, resolved, recovered]) {
      expect(recoverySucceeded(status, run)).toMatchObject({ kind: 'unchanged', because: 'not-this-run' });
    }
    expect(recoverySucceeded(recovering, other)).toMatchObject({ kind: 'unchanged' });
    expect(recoveryFailed(recovering, { ...other, reason: 'x' })).toMatchObject({ kind: 'unchanged' });
  });

  it('opens the next episode only for what occurred after the resolution and its grace', () => {
    const again = (failure: Failure, seconds: number, received = new Date(at.getTime() + 3_600_000)) =>
      recur(failure, { ...move, ...news, at: received, occurredAt: new Date(at.getTime() + seconds * 1000) });
    const graceSeconds = recurrenceGraceMs / 1000;
    expect(again(recovered, graceSeconds)).toMatchObject({ kind: 'unchanged', because: 'already-resolved' });
    const next = moved(again(recovered, graceSeconds + 1));
    expect(next).toMatchObject({
      status: 'open',
      episode: 2,
      level: 4,
      pastEpisodes: [{ episode: 1, how: 'recovery', level: 3, runId }],
      outcomes: [{ strategy: 'rollback-and-retry', worked: 1, tried: 1 }],
    });
    expect(next).not.toHaveProperty('resolvedAt');
    expect(next).not.toHaveProperty('acknowledgedBy');
    // A sender whose clock runs ahead cannot lift an echo over the resolution.
    expect(again(recovered, 200, new Date(at.getTime() + recurrenceGraceMs))).toMatchObject({ kind: 'unchanged' });
    expect(again(open, 200)).toMatchObject({ kind: 'unchanged', because: 'already-open' });
  });

  it('never lets a button of an earlier episode act on a later one', () => {
    const later = moved(
      recur(resolved, {
        ...move,
        ...news,
        at: new Date(at.getTime() + 60_000),
        occurredAt: new Date(at.getTime() + 60_000),
      }),
    );
    for (const decide of [acknowledge, resolve, reopen]) {
      expect(decide(later, { ...move, episode: 1 })).toMatchObject({ because: 'earlier-episode' });
      expect(decide(later, { ...move, episode: 2 })).not.toMatchObject({ because: 'earlier-episode' });
    }
    expect(startRecovery(later, { ...run, episode: 1 })).toMatchObject({ because: 'earlier-episode' });
  });

  it('is always a valid failure one version on, with the entry that says why, whatever happens in whatever order', () => {
    const steps = [
      (failure: Failure, step: typeof move) => acknowledge(failure, step),
      (failure: Failure, step: typeof move) => resolve(failure, step),
      (failure: Failure, step: typeof move) => reopen(failure, step),
      (failure: Failure, step: typeof move) => startRecovery(failure, { ...run, ...step }),
      (failure: Failure, step: typeof move) => recoverySucceeded(failure, { ...run, ...step }),
      (failure: Failure, step: typeof move) => recoveryFailed(failure, { ...run, ...step, reason: 'x' }),
      (failure: Failure, step: typeof move) => recoveryEnded(failure, { ...run, ...step, reason: 'x' }),
      (failure: Failure, step: typeof move) => raiseLevel(failure, { ...step, ...news }),
      (failure: Failure, step: typeof move) => recur(failure, { ...step, ...news, occurredAt: step.at }),
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(steps.length - 1), { maxLength: 30 }), (order) => {
        let failure: Failure = open;
        order.forEach((which, index) => {
          const step = { by: 'U1', at: new Date(at.getTime() + index * 20_000), actionId: `a-${index}` };
          const transition = steps[which]?.(failure, step);
          if (transition?.kind === 'moved') {
            const next = transition.failure;
            expect(Failure.parse(next)).toEqual(next);
            expect(next.version).toBe(failure.version + 1);
            expect(next.latestEntry).toMatchObject({ version: next.version, by: 'U1' });
            expect(next.lastAction.id).toBe(step.actionId);
            expect(next.pastEpisodes.length).toBeLessThanOrEqual(5);
            failure = next;
          } else {
            expect(transition?.failure).toBe(failure);
          }
        });
      }),
    );
  });
});
