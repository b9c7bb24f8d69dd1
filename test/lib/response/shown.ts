import { randomIds } from '../../../lib/adapters/ids.ts';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { type SweepPorts, sweep } from '../../../lib/attention/sweep.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { type IncomingSignal, recordSignals } from '../../../lib/failure/record-signals.ts';
import type { BundleId } from '../../../lib/noise/bundle.ts';
import type { MutePorts } from '../../../lib/noise/mute-component.ts';
import { type ShowBundlePorts, showBundle } from '../../../lib/noise/show-bundle.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import type { BundleHints, Hints } from '../../../lib/ports.ts';
import type { Board, Said } from '../../../lib/response/board.ts';
import type { Content } from '../../../lib/response/content.ts';
import { type ShowPorts, showFailure } from '../../../lib/response/show-failure.ts';
import { Signal, type SignalInput } from '../../../lib/signal/signal.ts';

export const policy = Policy.parse({ version: 1, channels: { default: 'C0123456' }, owner: 'U012345' });

export interface Call {
  what: 'post' | 'edit' | 'remove' | 'find';
  at: number;
  ts?: string;
  content?: Content;
}

/** The stores in memory, a board that keeps what it is asked, hints in time order, and a clock that tests move. */
export function startShow() {
  const clock = { now: Date.parse('2026-05-04T10:00:00Z') };
  const stores = memoryStores();
  const waiting: (({ failureId: FailureId } | { bundleId: BundleId }) & { at: number })[] = [];
  const calls: Call[] = [];
  const messages = new Map<string, { content: Content; token: string; threadTs?: string }>();
  /** What Slack answers instead of doing it; undefined: it does it. */
  const slack: { answer(call: Call): Promise<Said<never> | undefined> | Said<never> | undefined } = {
    answer: () => undefined,
  };
  const now = () => new Date(clock.now);
  const lines: string[] = [];
  const log = (decision: string, facts?: object) => void lines.push(`${decision} ${JSON.stringify(facts ?? {})}`);
  const hints: Hints & BundleHints = {
    async bundle({ bundleId }, { delaySeconds = 0 } = {}) {
      waiting.push({ bundleId, at: clock.now + Math.ceil(delaySeconds) * 1000 });
    },
    async notify({ failureId }, { delaySeconds = 0 } = {}) {
      waiting.push({ failureId, at: clock.now + delaySeconds * 1000 });
    },
    async learn() {},
    async recovery() {},
    async effects() {},
    async work() {},
  };
  let posted = 0;
  const ask = async <T>(call: Omit<Call, 'at'>, act: () => T): Promise<Said<T>> => {
    const noted = { ...call, at: clock.now };
    calls.push(noted);
    return (await slack.answer(noted)) ?? { kind: 'ok', value: act() };
  };
  const board: Board = {
    channelId: async (channel) => ({ kind: 'ok', value: channel }),
    post: ({ threadTs }, content, token) =>
      ask({ what: 'post', content }, () => {
        const ts = `ts${++posted}`;
        messages.set(ts, { content, token, ...(threadTs && { threadTs }) });
        return ts;
      }),
    edit: ({ ts }, content, token) =>
      ask({ what: 'edit', ts, content }, () => void messages.set(ts, { ...messages.get(ts), content, token })),
    find: (_where, token) =>
      ask({ what: 'find' }, () => [...messages].filter(([, one]) => one.token === token).map(([ts]) => ts)),
    remove: ({ ts }) => ask({ what: 'remove', ts }, () => void messages.delete(ts)),
    isForAll: async () => true,
    ringOf: async (mention) => (mention === '@oncall' ? 'S0ONCALL' : mention),
    permalink: async ({ ts }) => `https://slack.example/${ts}`,
  };
  const ports: ShowPorts & ShowBundlePorts & MutePorts & SweepPorts & Pick<typeof stores, 'runs'> = {
    ...stores,
    hints,
    policy,
    ids: randomIds(),
    now,
    log,
    board,
  };
  const show = (failureId: FailureId, other: Partial<ShowPorts> = {}) =>
    showFailure({ ...ports, ...other }, { failureId });
  return {
    ports,
    stores,
    clock,
    slack,
    calls,
    messages,
    waiting,
    lines,
    show,
    count: (what: Call['what']) => calls.filter((call) => call.what === what).length,
    async signal(given: Partial<SignalInput> = {}, reporter?: string): Promise<FailureId> {
      const signal = Signal.parse({
        version: 1,
        id: ports.ids.actionId(),
        occurredAt: now().toISOString(),
        component: 'shop',
        summary: 'checkout is slow',
        severity: 2,
        ...given,
      });
      const incoming: IncomingSignal = {
        source: 'test',
        signal,
        bodyHash: signal.id,
        ...(reporter && { reporter }),
      };
      const answer = (await recordSignals(ports, [incoming])).get(incoming);
      if (answer?.kind !== 'stored') throw new Error(`signal was ${answer?.kind}`);
      return answer.failureId;
    },
    /** Hints as they fall due, and a sweep every minute. */
    async pass(minutes: number) {
      const until = clock.now + minutes * 60_000;
      let nextSweep = clock.now + 60_000;
      for (;;) {
        waiting.sort((one, other) => one.at - other.at);
        const next = waiting[0];
        if (Math.min(next?.at ?? Number.POSITIVE_INFINITY, nextSweep) > until) break;
        if (next && next.at <= nextSweep) {
          waiting.shift();
          clock.now = Math.max(clock.now, next.at);
          await ('failureId' in next ? show(next.failureId) : showBundle(ports, next));
        } else {
          clock.now = nextSweep;
          nextSweep += 60_000;
          await sweep(ports, { deadline: clock.now + 45_000 });
        }
      }
      clock.now = until;
    },
  };
}
