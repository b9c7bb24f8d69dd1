import { describe, expect, it } from 'vitest';
import { runMessage } from '../../../../lib/adapters/slack/cards/run-message.ts';
import type { FailureId, RunId } from '../../../../lib/failure/ids.ts';
import { RecoveryRun } from '../../../../lib/recovery/run.ts';

const at = '2026-11-05T12:00:00.000Z';
const asked = {
  id: 'R-7K3Q9D7K3Q' as RunId,
  schema: 1,
  version: 2,
  failureId: 'F-7K3Q9D' as FailureId,
  episode: 1,
  component: 'shop',
  runner: 'demo',
  strategy: 'rollback-and-retry',
  dryRun: false,
  order: {},
  approvalsNeeded: 1,
  approvals: [],
  steps: [],
  planChanges: 0,
  requestedBy: 'U0ADA0ADA',
  requestedAt: at,
  lastAction: { id: 'a', by: 'runner:demo', at },
};
const plan = { hash: 'a'.repeat(64), summary: 'Back to checkpoint good: 1 path', items: [], total: 0 };

const shown = (more: object) => {
  const run = RecoveryRun.parse({ ...asked, ...more });
  return JSON.stringify(
    runMessage({ run, componentTitle: 'Shop', isOver: false, canUndo: false }, { blockId: 'b' }).blocks,
  );
};

describe('the message of a run', () => {
  it('says how long it took from the go to the end', () => {
    const run = {
      state: 'succeeded',
      plan,
      nonce: 'n',
      refs: [],
      heartbeatAt: at,
      startedAt: at,
      endedAt: '2026-11-05T12:01:05.000Z',
      reason: 'ok',
    };
    expect(shown(run)).toContain('took 1 min 5 s');
    expect(shown({ ...run, state: 'failed', startedAt: undefined })).not.toContain('took');
  });

  it('claims no success that nobody checked', () => {
    const times = { startedAt: at, heartbeatAt: at, endedAt: at };
    const run = { state: 'succeeded', strategy: 'clean', plan, nonce: 'n', refs: [], ...times, reason: 'ok' };
    expect(shown(run)).toContain('· worked');
    expect(shown({ ...run, unverified: true })).toContain('· done, nothing was checked');
  });

  it('says the plan of a dry run once', () => {
    const words = shown({
      dryRun: true,
      state: 'succeeded',
      plan,
      nonce: 'nonce-of-this-very-plan',
      startedAt: at,
      heartbeatAt: at,
      endedAt: at,
      reason: `Nothing was changed. ${plan.summary}`,
      refs: [],
      canUndo: false,
    });
    expect(words.split(plan.summary)).toHaveLength(2);
    expect(words).toContain('nothing was changed');
  });

  it('says in words that a runner refused what it was told', () => {
    const steps = [
      { sequence: 1, name: 'refuse-command', state: 'failed', at, detail: 'Refused a go: it is too old.' },
    ];
    const words = shown({ state: 'requested', steps });
    expect(words).toContain('The runner said no');
    expect(words).not.toContain('refuse-command');
  });

  it('leaves Cancel to the message that asks for approval, and has its own before there is one', () => {
    expect(shown({ state: 'requested' })).toContain('"text":"Cancel"');
    const waiting = { state: 'awaiting-approval', plan, nonce: 'nonce-of-this-very-plan', readyAt: at, expiresAt: at };
    expect(shown(waiting)).not.toContain('"text":"Cancel"');
  });

  it('names the command that lists what it does not show', () => {
    const items = Array.from({ length: 50 }, (_, n) => ({ what: `src/${n}.ts`, change: 'restore' }));
    const listWith = 'kintsugi checkpoints preview --component shop --name good --config runner.yml';
    const paths = items.slice(0, 20).map(({ what }) => what);
    const failedChange = {
      ref: 'refs/kintsugi/before-recovery/R-7K3Q9D7K3Q',
      from: 'refs/kintsugi/checkpoints/shop/good',
    };
    const words = shown({
      state: 'succeeded',
      plan: { ...plan, items, total: 900, listWith },
      nonce: 'nonce-of-this-very-plan',
      startedAt: at,
      heartbeatAt: at,
      endedAt: at,
      reason: 'Rolled 900 paths back.',
      refs: [],
      failedChange: { ...failedChange, files: 900, linesAdded: 1, linesRemoved: 1, paths },
    });
    expect(words).toMatch(new RegExp(`… and \\d+ more[^"]*${listWith}`));
    expect(words).toContain(`git diff --stat ${failedChange.from} ${failedChange.ref}`);
    expect(shown({ state: 'running', plan, nonce: 'n'.repeat(20), startedAt: at, heartbeatAt: at })).not.toContain(
      listWith,
    );
  });
});
