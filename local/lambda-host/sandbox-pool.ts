import type { Outcome } from './protocol.ts';
import type { Sandbox } from './sandbox.ts';

/** A crash that a test has ordered: the next process of the function dies at its n-th request. */
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
  let order: { env: Record<string, string>; take: (sandbox: Sandbox) => void } | undefined;

  function startOne(): Sandbox {
    const crash = order;
    order = undefined;
    const sandbox = start(crash?.env ?? {});
    crash?.take(sandbox);
    living.add(sandbox);
    void sandbox.ended.then(() => {
      living.delete(sandbox);
      const at = idle.indexOf(sandbox);
      if (at >= 0) idle.splice(at, 1);
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
      if (living.size > 0) return;
      const sandbox = startOne();
      if ((await sandbox.ready) === undefined) release(sandbox);
    },
    kill() {
      for (const sandbox of living) sandbox.kill();
      const count = living.size;
      living.clear();
      idle.length = 0;
      return count;
    },
    orderCrash(at) {
      let carrier: Sandbox | undefined;
      let happened = false;
      let withdrawn = false;
      const [name, count] = 'before' in at ? ['KINTSUGI_CRASH_BEFORE', at.before] : ['KINTSUGI_CRASH_AFTER', at.after];
      const mine = {
        env: { [name]: String(count) },
        take(sandbox: Sandbox) {
          carrier = sandbox;
          void sandbox.ended.then((how) => {
            happened = how === 'SIGKILL' && !withdrawn;
          });
        },
      };
      order = mine;
      // Only a process that starts now carries the order: those that run serve what they have, and no more.
      for (const sandbox of idle.splice(0)) {
        living.delete(sandbox);
        sandbox.kill();
      }
      living.clear();
      return {
        at,
        hasHappened: () => happened,
        withdraw() {
          withdrawn = true;
          if (order === mine) order = undefined;
          if (carrier && !happened) {
            living.delete(carrier);
            carrier.kill();
          }
        },
      };
    },
    pending: () => pending,
    close() {
      isClosed = true;
      for (const sandbox of living) sandbox.kill();
      for (const wake of waiting.splice(0)) wake();
    },
  };
}
