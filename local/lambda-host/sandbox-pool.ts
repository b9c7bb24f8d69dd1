import type { Outcome } from './protocol.ts';
import type { Sandbox } from './sandbox.ts';

/** A crash that a test has ordered: a process is started for it, serves the next invocations, and dies at its n-th request. */
export interface OrderedCrash {
  at: { before: number } | { after: number };
  /** The process died of it. */
  hasHappened(): boolean;
  /** Withdraws the order; a process that still carries it is killed. */
  withdraw(): void;
}

export interface PoolOptions {
  /** How many invocations run side by side, each in its own process. More wait. */
  maxSandboxes: number;
  start: (extraEnv: Record<string, string>) => Sandbox;
}

/** The processes of one function: reused when idle, started when needed, replaced when they end. */
export interface SandboxPool {
  invoke(event: unknown): Promise<Outcome>;
  /** Starts one process ahead of the first invocation. */
  warmUp(): Promise<void>;
  /** kill -9 of every process of the function; returns how many. */
  kill(): number;
  orderCrash(at: OrderedCrash['at']): OrderedCrash;
  /** Invocations that run or wait. */
  pending(): number;
  /** Kills what runs and starts nothing more; what waits fails. */
  close(): void;
}

const stopped: Outcome = {
  kind: 'failed',
  requestId: '',
  error: { errorType: 'Host.Stopped', errorMessage: 'The Lambda host is stopping' },
};

export function sandboxPool({ maxSandboxes, start }: PoolOptions): SandboxPool {
  const living = new Set<Sandbox>();
  const idle: Sandbox[] = [];
  const waiting: (() => void)[] = [];
  let pending = 0;
  let isClosed = false;
  let ordered: OrderedCrash | undefined;
  /** Idle processes stand here while another carries an ordered crash. */
  const aside = new Set<Sandbox>();

  function comeBack(): void {
    ordered = undefined;
    for (const sandbox of aside) {
      living.add(sandbox);
      idle.unshift(sandbox);
    }
    aside.clear();
  }

  function startOne(env: Record<string, string> = {}, onEnd?: (how: NodeJS.Signals | number | null) => void): Sandbox {
    const sandbox = start(env);
    living.add(sandbox);
    void sandbox.ended.then((how) => {
      living.delete(sandbox);
      aside.delete(sandbox);
      const at = idle.indexOf(sandbox);
      if (at >= 0) idle.splice(at, 1);
      onEnd?.(how);
      waiting.shift()?.();
    });
    return sandbox;
  }

  async function acquire(): Promise<Sandbox | undefined> {
    while (!isClosed) {
      // The one used last is the warmest.
      const sandbox = idle.pop();
      if (sandbox?.isAlive()) return sandbox;
      if (!sandbox) {
        if (living.size < maxSandboxes) return startOne();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    }
    return undefined;
  }

  function release(sandbox: Sandbox): void {
    if (living.has(sandbox)) idle.push(sandbox);
    else sandbox.kill();
    waiting.shift()?.();
  }

  return {
    async invoke(event) {
      pending += 1;
      try {
        const sandbox = await acquire();
        if (!sandbox) return stopped;
        const outcome = await sandbox.invoke(event);
        release(sandbox);
        return outcome;
      } finally {
        pending -= 1;
      }
    },
    async warmUp() {
      if (living.size > 0 || isClosed) return;
      const sandbox = startOne();
      if ((await sandbox.ready) === undefined) release(sandbox);
    },
    kill() {
      const all = [...living, ...aside];
      for (const sandbox of all) sandbox.kill();
      living.clear();
      aside.clear();
      idle.length = 0;
      return all.length;
    },
    orderCrash(at) {
      ordered?.withdraw();
      let happened = false;
      // Only a process that starts now carries the order: those that run serve what they have, and no more.
      for (const sandbox of idle.splice(0)) aside.add(sandbox);
      living.clear();
      const [name, count] = 'before' in at ? ['KINTSUGI_CRASH_BEFORE', at.before] : ['KINTSUGI_CRASH_AFTER', at.after];
      const carrier = startOne({ [name]: String(count) }, (how) => {
        if (ordered !== mine) return;
        happened = how === 'SIGKILL';
        comeBack();
      });
      const mine: OrderedCrash = {
        at,
        hasHappened: () => happened,
        withdraw() {
          if (ordered !== mine) return;
          living.delete(carrier);
          const idleAt = idle.indexOf(carrier);
          if (idleAt >= 0) idle.splice(idleAt, 1);
          carrier.kill();
          comeBack();
        },
      };
      ordered = mine;
      idle.push(carrier);
      waiting.shift()?.();
      return mine;
    },
    pending: () => pending,
    close() {
      isClosed = true;
      for (const sandbox of [...living, ...aside]) sandbox.kill();
      for (const wake of waiting.splice(0)) wake();
    },
  };
}
