import { describe, expect, it } from 'vitest';
import { approvalMessage } from '../../../lib/adapters/slack/cards/approval-message.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { RecoveryRun } from '../../../lib/recovery/run.ts';
import type { Desk } from '../../../lib/response/desk.ts';
import { ringFor } from '../../../lib/response/rings.ts';
import type { Level } from '../../../lib/signal/signal.ts';
import { examplePlan } from '../recovery/recovery-world.ts';
import { startShow } from './shown.ts';

/** What an approval asks: nobody who was called for the failure just now. */
describe('a question to those who were called for the failure', () => {
  const at = Date.parse('2026-05-04T10:00:00Z');
  const desk = (rung: Record<string, number>) => ({ card: { rung } }) as unknown as Desk;

  it('does not ring within five minutes, under whatever name they were called', async () => {
    const { ports } = startShow();
    const ring = await ringFor(ports, desk({ S0ONCALL: at - 4 * 60_000 }), ['@oncall', 'U0LEAD1'], {
      unlessRecent: true,
    });
    expect(ring).toEqual({
      mention: ['U0LEAD1'],
      remembered: { rung: { S0ONCALL: at - 4 * 60_000, U0LEAD1: at } },
    });
  });

  it('rings later', async () => {
    const { ports } = startShow();
    const ring = await ringFor(ports, desk({ S0ONCALL: at - 5 * 60_000 }), ['@oncall'], { unlessRecent: true });
    expect(ring.mention).toEqual(['@oncall']);
  });
});

describe('a recovery that waits for approval', () => {
  const shownFor = async (requestedBy: string, { owner = 'U012345', level = 4 as Level } = {}) => {
    const { show, signal, stores, messages, ports, clock } = startShow();
    ports.policy = { ...ports.policy, owner };
    const failureId = await signal({ severity: 4 });
    await show(failureId);
    await regradeFailure(ports, { failureId, level, reason: 'seen', by: 'U0ADA' });
    const at = ports.now().toISOString();
    const run = RecoveryRun.parse({
      schema: 1,
      id: ports.ids.runId(),
      failureId,
      version: 1,
      episode: 1,
      strategy: 'rollback-and-retry',
      component: 'shop',
      runner: 'demo',
      requestedBy,
      requestedAt: at,
      approvalsNeeded: 1,
      lastAction: { id: 'asked', by: requestedBy, at },
      state: 'awaiting-approval',
      plan: examplePlan,
      nonce: 'n'.repeat(16),
      readyAt: at,
      expiresAt: new Date(clock.now + 3_600_000).toISOString(),
    });
    await stores.runs.create(run, {});
    for (let minute = 0; minute < 3; minute++) {
      clock.now += 60_000;
      await show(failureId);
    }
    return [...messages.values()].flatMap(({ content }) => (content.kind === 'approval' ? [content.approval] : []));
  };
  const asked = async (requestedBy: string, owner?: string) =>
    (await shownFor(requestedBy, { ...(owner && { owner }) })).map(({ mention }) => mention);

  it('calls who may approve what a person asked for, although the card called them just now', async () => {
    expect(await asked('U0ADA')).toEqual([['U012345']]);
  });

  it('calls nobody again for what Kintsugi proposes together with the card, nor who asked', async () => {
    expect(await asked('system:protocol')).toEqual([undefined]);
    expect(await asked('U0ADA', 'U0ADA')).toEqual([undefined]);
  });

  it('says that the level was worse before, which decides how many approve', async () => {
    const [approval] = await shownFor('U0ADA', { level: 2 });
    expect(approval).toMatchObject({ level: 2, worstLevel: 3 });
    const { blocks } = approvalMessage(approval ?? expect.fail('not asked'), { mention: undefined, blockId: 'b' });
    expect(JSON.stringify(blocks)).toContain('level 2, minor (level 3 before, which decides how many approve)');
  });
});
