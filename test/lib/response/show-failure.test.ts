import { describe, expect, it } from 'vitest';
import { acknowledgeFailure } from '../../../lib/failure/acknowledge-failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { RecoveryRun } from '../../../lib/recovery/run.ts';
import type { Board } from '../../../lib/response/board.ts';
import type { ShowPorts } from '../../../lib/response/show-failure.ts';
import { requestedRun, runningRun } from '../../contracts/stores/samples.ts';
import { policy, startShow } from './shown.ts';

const by = 'U0ADA0ADA';

describe('a storm on one failure', () => {
  /** 20 signals a second come while Slack (150 ms) and the table (5 ms) are asked. */
  async function storm() {
    const shown = startShow();
    const id = await shown.signal();
    await shown.show(id);
    let untilNext = 50;
    let isCalm = false;
    const wait = async (ms: number) => {
      shown.clock.now += ms;
      for (untilNext -= ms; untilNext <= 0 && !isCalm; untilNext += 50) await shown.signal();
    };
    const slow = <T extends object>(port: T, ms: number): T =>
      new Proxy(port, {
        get: (target, name) => {
          const call = target[name as keyof T];
          if (typeof call !== 'function') return call;
          return async (...given: unknown[]) => {
            await wait(ms);
            return call.apply(target, given);
          };
        },
      });
    const { failures, ledger, board } = shown.ports;
    const ports: Partial<ShowPorts> = {
      failures: slow(failures, 5),
      ledger: slow(ledger, 5),
      board: slow(board, 150),
    };
    const calm = () => {
      isCalm = true;
    };
    return { ...shown, id, ports, wait, calm };
  }

  // Guards against a notify that edited the card 101 times within 18 s, because each signal kept its due from being cleared.
  it('edits the card for the count at most once an invocation and once a minute', async () => {
    const { id, ports, show, waiting, clock, calls, wait } = await storm();
    await wait(60_000);
    const start = clock.now;
    for (let hint = 0; hint < 6; hint++) {
      const before = calls.length;
      await show(id, ports);
      expect(calls.length - before).toBeLessThanOrEqual(1);
      await wait(20_000);
    }
    const edits = calls.filter(({ what, at }) => what === 'edit' && at >= start);
    expect(edits.length).toBeGreaterThanOrEqual(1);
    for (const [at, edit] of edits.slice(1).entries())
      expect(edit.at - (edits[at]?.at ?? 0)).toBeGreaterThanOrEqual(60_000);
    // The hints do not multiply either: one waits for the next minute, beside those that the signals sent.
    expect(waiting.length).toBeLessThanOrEqual(10);
  });

  it('shows the last count when it is over', async () => {
    const { id, ports, show, pass, calm, messages, stores, wait } = await storm();
    await wait(61_000);
    await show(id, ports);
    await wait(500);
    calm();
    await pass(4);
    const stored = await stores.failures.get(id);
    const group = stored && (await stores.ledger.group(stored.failure.fingerprint));
    const [card] = messages.values();
    expect(card?.content).toMatchObject({ card: { counts: { count: group?.count } } });
    expect(stored?.dues.counts).toBeUndefined();
  });
});

describe('while Slack is down', () => {
  // Guards against hint chains that each sweep added to: 5,610 edits in half an hour for one failure.
  for (const answer of [{ kind: 'unsure' } as const, { kind: 'later', seconds: 5, isDown: true } as const]) {
    it(`one chain of attempts goes on, and leaves them to the growing distance of the sweep (${answer.kind})`, async () => {
      const { signal, show, pass, slack, count, waiting, stores, ports, messages } = startShow();
      const id = await signal();
      await show(id);
      slack.answer = () => answer;
      await acknowledgeFailure(ports, { failureId: id, by });
      await pass(30);
      expect(count('edit')).toBeLessThan(40);
      expect(waiting.length).toBeLessThanOrEqual(1);
      expect((await stores.failures.get(id))?.dues.show).toBeDefined();
      slack.answer = () => undefined;
      await pass(40);
      expect([...messages.values()][0]?.content).toMatchObject({ card: { status: 'acknowledged' } });
      expect((await stores.failures.get(id))?.dues.show).toBeUndefined();
    });
  }

  it('does not leave what only waits for room to the sweep, and keeps one chain of it', async () => {
    const { signal, show, pass, slack, count, ports, messages, clock } = startShow();
    const id = await signal();
    await show(id);
    const room = clock.now + 8 * 60_000;
    slack.answer = () => (clock.now < room ? { kind: 'later', seconds: 20 } : undefined);
    await acknowledgeFailure(ports, { failureId: id, by });
    await pass(9);
    expect(count('edit')).toBeLessThan(60);
    expect([...messages.values()][0]?.content).toMatchObject({ card: { status: 'acknowledged' } });
  });
});

describe('a card that was posted twice', () => {
  // Guards against a duplicate that stayed for good because the look for it, or its removal, was answered unclearly.
  for (const unclear of ['find', 'remove'] as const) {
    it(`loses its copy although Slack’s answer to ${unclear} was unclear at first`, async () => {
      const { signal, show, slack, clock, messages, stores, calls } = startShow();
      const id = await signal();
      let isBlind = true;
      slack.answer = ({ what, content }) => {
        if (what === 'find' && isBlind) return { kind: 'later', seconds: 1 };
        if (what !== 'post' || content?.kind !== 'card' || calls.filter((call) => call.what === 'post').length > 1)
          return undefined;
        messages.set('lost', { content, token: `${id}/1` });
        return { kind: 'unsure' };
      };
      await show(id);
      // Slack's history lags: nothing is found, and it is posted again.
      const lost = messages.get('lost');
      messages.delete('lost');
      isBlind = false;
      clock.now += 61_000;
      await show(id);
      if (lost) messages.set('lost', lost);
      let isUnclear = true;
      slack.answer = ({ what }) => (what === unclear && isUnclear ? { kind: 'unsure' } : undefined);
      clock.now += 61_000;
      await show(id);
      expect(messages.size).toBe(2);
      isUnclear = false;
      clock.now += 61_000;
      await show(id);
      expect([...messages.keys()]).toEqual(['ts1']);
      expect((await stores.failures.get(id))?.dues.show).toBeUndefined();
    });
  }
});

describe('a failure that happens again and again while Slack is slow', () => {
  async function episodes(times: number) {
    const shown = startShow();
    const { signal, show, slack, clock, ports } = shown;
    const id: FailureId = await signal({ severity: 4 });
    await show(id);
    slack.answer = () => ({ kind: 'later', seconds: 30 });
    for (let episode = 1; episode <= times; episode++) {
      clock.now += 1000;
      await resolveFailure(ports, { failureId: id, by });
      await show(id);
      clock.now += 60_000;
      expect(await signal({ severity: 4 })).toBe(id);
      await show(id);
    }
    slack.answer = () => undefined;
    clock.now += 60_000;
    await show(id);
    return { ...shown, id };
  }

  // Guards against an old card that stayed open, with buttons, when two episodes went by unseen. The oldest of seven is forgotten.
  it.each([1, 2, 7])('finishes the old card after %i recurrences', async (times) => {
    const { messages, stores, id } = await episodes(times);
    const kinds = [...messages.values()].filter(({ threadTs }) => !threadTs).map(({ content }) => content.kind);
    expect(kinds).toEqual(['past-card', 'card']);
    const [old] = messages.values();
    expect(old?.content).toMatchObject({ card: { episode: 1, nextPermalink: expect.stringContaining('slack') } });
    expect((await stores.failures.get(id))?.dues.show).toBeUndefined();
  });

  it('finishes a card whose post was never answered, and one after which the level needs no card', async () => {
    const { signal, show, slack, clock, ports, messages } = startShow();
    const id = await signal({ summary: 'checkout broke', severity: 4 });
    slack.answer = ({ what, content }) => {
      if (what === 'find') return { kind: 'later', seconds: 5 };
      if (what !== 'post' || !content) return undefined;
      messages.set('lost', { content, token: `${id}/1` });
      return { kind: 'unsure' };
    };
    await show(id);
    slack.answer = () => undefined;
    await resolveFailure(ports, { failureId: id, by });
    clock.now += 60_000;
    await signal({ summary: 'checkout broke', severity: 1 });
    await show(id);
    const kinds = [...messages.values()].filter(({ threadTs }) => !threadTs).map(({ content }) => content.kind);
    expect(kinds).toEqual(['past-card']);
    expect(messages.get('lost')?.content.kind).toBe('past-card');
  });
});

describe('a raised level', () => {
  const rings = (calls: ReturnType<typeof startShow>['calls']) =>
    calls.flatMap(({ what, content }) => {
      if (what !== 'post') return [];
      if (content?.kind === 'card') return content.card.mention ? ['card'] : [];
      return content?.kind === 'entry' && content.entry.mention ? ['entry'] : [];
    });

  // Guards against ringing the owner with the card and again with the entry that says the same.
  it('rings once when the card is posted because of it, and again for the next raise only', async () => {
    const { signal, show, calls, clock } = startShow();
    const id = await signal({ summary: 'checkout broke', severity: 1 });
    await show(id);
    clock.now += 1000;
    await signal({ summary: 'checkout broke', severity: 4 });
    await show(id);
    expect(rings(calls)).toEqual(['card']);
    await signal({ summary: 'checkout broke', severity: 5 });
    await show(id);
    expect(rings(calls)).toEqual(['card', 'entry']);
  });
});

describe('a channel that was shared with another organization', () => {
  it('gets no further word: the failure goes on in the default channel', async () => {
    const { signal, show, ports, calls, messages } = startShow();
    const own = Policy.parse({ ...policy, components: { shop: { channel: 'C0SHARED' } } });
    const id = await signal();
    await show(id, { policy: own });
    const board: Board = {
      ...ports.board,
      channelId: async (channel) =>
        channel === 'C0SHARED' ? { kind: 'refused', code: 'externally_shared' } : { kind: 'ok', value: channel },
    };
    const before = calls.length;
    await acknowledgeFailure(ports, { failureId: id, by });
    await show(id, { policy: own, board });
    expect(calls.slice(before).filter(({ ts }) => ts === 'ts1')).toEqual([]);
    expect(messages.get('ts2')?.content).toMatchObject({ kind: 'card', card: { status: 'acknowledged' } });
    await resolveFailure(ports, { failureId: id, by });
    await show(id, { policy: own, board });
    expect(messages.get('ts2')?.content).toMatchObject({ kind: 'card', card: { status: 'resolved' } });
  });
});

describe('a recovery that was asked for twice at once', () => {
  it('has one message: what lost before anybody saw it is no news', async () => {
    const { signal, show, ports, messages } = startShow();
    const id = await signal();
    const won = runningRun(requestedRun(id));
    await ports.runs.create(won, {});
    const undecided = requestedRun(id);
    await ports.runs.create(undecided, {});
    const lost = { ...requestedRun(id), id: ports.ids.runId() };
    const lastAction = { id: 'action-lost', by: 'system:recovery' as const, at: lost.requestedAt };
    const reason = 'Another change of the failure came first. Nothing was touched.';
    const end = { state: 'cancelled' as const, endedAt: lost.requestedAt, reason };
    await ports.runs.create({ ...lost, ...end, lastAction } as RecoveryRun, {});
    await show(id);
    const runs = [...messages.values()].flatMap(({ content }) => (content.kind === 'run' ? [content.run.run.id] : []));
    expect(runs).toEqual([won.id]);
  });
});
