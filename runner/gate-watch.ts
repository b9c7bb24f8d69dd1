import type { GateAnswer, GateHolder, GateState } from '../lib/gate/gate.ts';
import type { GatePorts } from '../lib/gate/gate-ports.ts';
import { gateAnswer } from '../lib/gate/may-go-on.ts';
import { noteCanary } from '../lib/gate/note-canary.ts';
import type { Cause } from '../lib/pattern/cause.ts';
import { type Verdict, verdictOf } from './gate-words.ts';

export interface GateWatch {
  /** Aborted with the verdict as its reason when the gate says stop. */
  stop: AbortSignal;
  /** Ends the watching and tells the gate what became of what it let through. */
  end(
    news: { what: 'done' | 'released' } | { what: 'failed'; cause: Cause; until?: string | undefined },
  ): Promise<void>;
}

interface Watched {
  component: string;
  /** A work item, or a name of this very run. */
  workItemId: string;
  complexity?: number | undefined;
  everySeconds: number;
  say: (line: string) => void;
}

/**
 * Asks the gate before something starts, and goes on asking while it runs. After a hold's time the first who asks is the canary:
 * its claim is renewed for as long as it runs, and is free again soon after it dies. Throws when nobody can say before the start.
 */
export async function passGate(ports: GatePorts, watched: Watched): Promise<GateWatch | Verdict> {
  const { component, workItemId, complexity, everySeconds, say } = watched;
  const ask = async () => {
    const state = await ports.gates.read();
    return { state, answer: gateAnswer(state, { component, complexity, workItemId }, ports.now()) };
  };
  let answer: GateAnswer;
  let isOurs = false;
  for (;;) {
    ({ answer } = await ask());
    if (answer.kind !== 'go') return verdictOf(component, answer, { now: ports.now() });
    // What `kintsugi next` has let through is settled by `kintsugi done` and `fail`.
    const free = answer.canaryOf.filter(({ canary }) => canary?.workItemId !== workItemId || isPast(canary.until));
    if (free.length === 0) break;
    const claim = await claimCanary(free);
    isOurs = claim.kind === 'noted';
    if (isOurs) break;
  }

  const stop = new AbortController();
  let isSilent = false;
  const look = async () => {
    try {
      const now = await ask();
      isSilent = false;
      if (now.answer.kind === 'stop') stop.abort(verdictOf(component, now.answer, { now: ports.now() }));
      if (isOurs) await renew(now.state);
    } catch (error) {
      if (!isSilent) say(`kintsugi: the gate of ${component} cannot be asked, going on: ${(error as Error).message}`);
      isSilent = true;
    }
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    // One question at a time: while the table is slow none wait behind it.
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, everySeconds * 1000);

  return {
    stop: stop.signal,
    async end(news) {
      clearInterval(timer);
      await looking;
      if (isOurs) await noteCanary(ports, { workItemId, ...news });
    },
  };

  function isPast(time: string): boolean {
    return Date.parse(time) <= ports.now().getTime();
  }

  function claimCanary(holders: readonly GateHolder[]) {
    const until = new Date(ports.now().getTime() + Math.max(60, 4 * everySeconds) * 1000).toISOString();
    return noteCanary(ports, { what: 'claimed', workItemId, holders, until });
  }

  async function renew({ holders }: GateState): Promise<void> {
    const mine = holders.filter(({ canary }) => canary?.workItemId === workItemId);
    if (mine.length > 0) await claimCanary(mine);
  }
}
