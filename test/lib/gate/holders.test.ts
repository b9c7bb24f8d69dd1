import { describe, expect, it } from 'vitest';
import { causeHolders } from '../../../lib/gate/cause-holders.ts';
import { gateChanges } from '../../../lib/gate/gate-changes.ts';
import { protocolHolders } from '../../../lib/gate/protocol-holders.ts';
import type { Cause } from '../../../lib/pattern/cause.ts';
import { at, draft, failed, failureId, holder, noon, otherId, policy } from './gate-samples.ts';

const held = (whatHappened: string, given: Parameters<typeof failed>[0] = {}, recent: Cause[] = [], by = failureId) =>
  causeHolders({
    failure: failed({ ...given, whatHappened }),
    policy,
    now: new Date(at(1)),
    recent: recent.map((cause) => ({ failureId: by, cause, at: at(-20) })),
  });

describe('what a failure shuts by its cause', () => {
  it('holds the account that all share, until the end that the text names', () => {
    expect(held('Claude AI usage limit reached|1757602800')).toMatchObject([
      { scope: 'account:claude', id: 'cause#quota', mode: 'hold', until: '2025-09-11T15:00:00.000Z', failureId },
    ]);
  });

  it('holds a quarter of an hour when no end is named, and the component alone when it shares nothing', () => {
    expect(held('usage limit reached', { component: 'docs' })).toMatchObject([
      { scope: 'docs', mode: 'hold', until: at(15) },
    ]);
  });

  it('splits for a day after a limit of turns or time, on the component alone', () => {
    expect(held('Reached max turns (30)')).toMatchObject([{ scope: 'agent', mode: 'split', until: at(24 * 60) }]);
    expect(held('stopped after 300 s, its time limit')).toMatchObject([{ scope: 'agent', id: 'cause#time-limit' }]);
  });

  it('tries one at a time after an upstream, a limit set twice, and what repeats within the hour', () => {
    const mode = 'canary';
    expect(held('API Error: 503 Service Unavailable')).toMatchObject([{ scope: 'agent', mode }]);
    const report = { ...failed().report, error: { exitCode: 124 }, durationMs: 600_000, timeLimitMs: 2_940_000 };
    expect(causeHolders({ failure: failed({ report }), policy, now: new Date(noon), recent: [] })).toMatchObject([
      { id: 'cause#limit-mismatch', mode },
    ]);
    const killed = { report: { ...failed().report, whatHappened: '', error: { exitCode: -1 } } };
    const killedAfter = (recent: Cause[], id = failureId) =>
      causeHolders({
        failure: failed(killed),
        policy,
        now: new Date(noon),
        recent: recent.map((cause) => ({ failureId: id, cause, at: at(-20) })),
      });
    expect(killedAfter([])).toEqual([]);
    expect(killedAfter(['killed'], otherId)).toMatchObject([{ id: 'cause#killed', mode }]);
    expect(killedAfter(['other'])).toEqual([]);
  });

  it('takes two unknown failures for a repetition only when they are the same one', () => {
    expect(held('TypeError')).toEqual([]);
    expect(held('TypeError', {}, ['other'], otherId)).toEqual([]);
    expect(held('TypeError', {}, ['other'])).toMatchObject([{ id: 'cause#other', mode: 'canary' }]);
  });

  it('says the same an hour later, and nothing once it is resolved', () => {
    const failure = failed({ whatHappened: 'limit: resets 12:30. You have hit your session limit' });
    const of = (minute: number) => causeHolders({ failure, policy, now: new Date(at(minute)), recent: [] });
    expect(of(60)).toEqual(of(1));
    expect(of(60)).toMatchObject([{ until: at(30) }]);
    expect(held('usage limit reached', { status: 'resolved' } as Parameters<typeof failed>[0])).toEqual([]);
  });
});

describe('what the protocol shuts', () => {
  it('nothing at levels 1 and 2, the component at 3 and 4, all that hang on it at 5', () => {
    const at = (level: 1 | 2 | 3 | 4 | 5) => protocolHolders(failed({ level, component: 'db' }), policy);
    expect([at(1), at(2)]).toEqual([[], []]);
    for (const level of [3, 4] as const) {
      expect(at(level)).toMatchObject([{ scope: 'db', id: `${failureId}#1`, mode: 'stop', failureId }]);
    }
    expect(at(5).map(({ scope, id }) => [scope, id])).toEqual([
      ['db', `${failureId}#1`],
      ['agent', `emergency#${failureId}`],
      ['api', `emergency#${failureId}`],
    ]);
  });
});

describe('what must change at the gates', () => {
  const state = (holders: ReturnType<typeof holder>[], opened: { scope: string; id: string; at: string }[] = []) => ({
    holders,
    opened: opened.map((one) => ({ ...one, by: 'U1' })),
  });

  it('shuts what is missing and opens what no longer holds, of this failure alone', () => {
    const mine = holder({ scope: 'db', id: `${failureId}#1`, failureId });
    const others = holder({ scope: 'api', id: `${otherId}#1`, failureId: otherId });
    expect(gateChanges(state([mine, others]), [draft()], failureId)).toEqual({
      shut: [draft()],
      open: [{ scope: 'db', id: `${failureId}#1` }],
    });
  });

  it('is nothing when all is as it should be', () => {
    const { since: _, ...rest } = draft();
    expect(gateChanges(state([holder({ ...rest })]), [draft()], failureId)).toEqual({ shut: [], open: [] });
  });

  it('leaves open what was opened after the reason arose, and shuts it for a newer one', () => {
    const opened = [{ scope: 'api', id: 'cause#quota', at: at(5) }];
    expect(gateChanges(state([], opened), [draft()], failureId).shut).toEqual([]);
    expect(gateChanges(state([], opened), [draft({ since: at(6) })], failureId).shut).toHaveLength(1);
  });

  it('leaves a hold that another failure has renewed', () => {
    expect(gateChanges(state([holder({ failureId: otherId })]), [], failureId).open).toEqual([]);
  });
});
