import { describe, expect, it } from 'vitest';
import { acknowledgeFailure } from '../../../lib/failure/acknowledge-failure.ts';
import { startRecovery } from '../../../lib/failure/moves/by-recovery.ts';
import { RecoveryRun } from '../../../lib/recovery/run.ts';
import { soonest } from '../../../lib/response/rounds.ts';
import { requestedRun } from '../../contracts/stores/samples.ts';
import { startShow } from './shown.ts';

describe('what several messages come to', () => {
  const wait = (seconds: number, isDown = false) => ({ kind: 'later' as const, seconds, ...(isDown && { isDown }) });

  it('is what keeps all of it from going on, else the first that has room', () => {
    expect(soonest([])).toBeUndefined();
    expect(soonest([wait(9), undefined, wait(2)])).toEqual(wait(2));
    expect(soonest([wait(2), wait(60, true), wait(1)])).toEqual(wait(60, true));
    expect(soonest([wait(2), { kind: 'given-up', code: 'x' }])).toEqual({ kind: 'given-up', code: 'x' });
  });
});

describe('a card', () => {
  it('that somebody deleted comes anew with its whole thread, and calls whom its rise calls', async () => {
    const { signal, show, pass, ports, slack, messages, stores } = startShow();
    const id = await signal();
    await show(id);
    await acknowledgeFailure(ports, { failureId: id, by: 'U0ADA0ADA' });
    await signal({ severity: 5 });
    let isThere = true;
    slack.answer = ({ what, ts = '' }) => {
      if (what !== 'edit' || !isThere) return undefined;
      isThere = false;
      messages.delete(ts);
      return { kind: 'gone' };
    };
    await pass(5);
    const said = [...messages.values()].map(({ content }) => content);
    const entries = said.flatMap((one) => (one.kind === 'entry' ? [one.entry] : []));
    expect(said.filter(({ kind }) => kind === 'card')).toHaveLength(1);
    const quiet = (await stores.failures.timeline(id)).filter(({ isQuiet, version }) => !isQuiet && version > 1);
    expect(entries.map(({ entry }) => entry.version).toSorted()).toEqual(
      quiet.map(({ version }) => version).toSorted(),
    );
    expect(entries.filter(({ mention }) => mention)).toHaveLength(1);
  });
});

describe('an edit that must wait for room', () => {
  it('of a run holds up nothing that came after it', async () => {
    const { signal, show, slack, messages, stores, ports, clock } = startShow();
    const id = await signal();
    await show(id);
    const stored = await stores.failures.get(id);
    const { offeredAt: _, ...run } = { ...requestedRun(id), component: 'shop' };
    const { requestedBy: by, strategy, episode, id: runId } = run;
    const move = { by, at: new Date(clock.now), actionId: 'a', strategy, episode, runId };
    const started = stored && startRecovery(stored.failure, move);
    if (started?.kind !== 'moved') throw new Error('not moved');
    await stores.runs.create(run, {});
    await stores.failures.saveState(started.failure, { expectedVersion: 1, dues: { show: clock.now } });
    await acknowledgeFailure(ports, { failureId: id, by: 'U0ADA0ADA' });
    slack.answer = ({ content }) => (content?.kind === 'entry' ? { kind: 'later', seconds: 30 } : undefined);
    await show(id);
    const step = { sequence: 1, name: 'Save', state: 'done' as const, at: run.requestedAt };
    await stores.runs.save(RecoveryRun.parse({ ...run, steps: [step], version: 2 }), { expectedVersion: 1, dues: {} });
    slack.answer = ({ what }) => (what === 'edit' ? { kind: 'later', seconds: 30 } : undefined);
    await show(id);
    const said = [...messages.values()].map(({ content }) => content);
    expect(said.flatMap((one) => (one.kind === 'entry' ? [one.entry.entry.kind] : []))).toEqual(['acknowledged']);
  });

  it('of a run holds up no approval that people are asked for', async () => {
    const { signal, show, pass, slack, messages, stores, clock } = startShow();
    const id = await signal();
    await show(id);
    const { offeredAt: _, ...run } = { ...requestedRun(id), component: 'shop', dryRun: true };
    await stores.runs.create(run, {});
    const showAgain = async () => {
      await stores.failures.addDue(id, 'show', clock.now);
      await show(id);
    };
    await showAgain();
    const plan = { hash: 'a'.repeat(64), summary: 'x', items: [], total: 0 };
    const waiting = { state: 'awaiting-approval', approvalsNeeded: 1, plan, nonce: 'n' };
    const times = { readyAt: run.requestedAt, expiresAt: run.requestedAt };
    const next = RecoveryRun.parse({ ...run, ...waiting, ...times, version: 2 });
    await stores.runs.save(next, { expectedVersion: 1, dues: {} });
    slack.answer = ({ what }) => (what === 'edit' ? { kind: 'later', seconds: 30 } : undefined);
    await showAgain();
    expect([...messages.values()].map(({ content }) => content.kind)).toContain('approval');
    slack.answer = () => undefined;
    await pass(2);
    expect((await stores.failures.get(id))?.dues.show).toBeUndefined();
  });
});
