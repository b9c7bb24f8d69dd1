import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FromChild, HandlerError, Invocation, Outcome } from './protocol.ts';

const childFile = fileURLToPath(new URL('./child.ts', import.meta.url));
/** Lambda gives a cold start ten seconds. */
const initLimitMs = 10_000;

export interface SandboxOptions {
  file: string;
  exportName: string;
  timeoutSeconds: number;
  env: Record<string, string>;
  cwd: string;
  /** Stop the process between invocations, as Lambda freezes a sandbox. */
  freeze: boolean;
  onLine: (line: string) => void;
}

/** One process of one function. It serves one invocation at a time and is never used again once it ended. */
export interface Sandbox {
  readonly pid: number | undefined;
  /** Resolves when the handler is loaded; with the reason when it cannot be. */
  readonly ready: Promise<HandlerError | undefined>;
  readonly ended: Promise<NodeJS.Signals | number | null>;
  isAlive(): boolean;
  invoke(event: unknown): Promise<Outcome>;
  kill(): void;
}

export function startSandbox(options: SandboxOptions): Sandbox {
  const child = fork(childFile, [options.file, options.exportName], {
    cwd: options.cwd,
    env: options.env,
    execArgv: ['--disable-warning=ExperimentalWarning', '--enable-source-maps'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', options.onLine);

  let alive = true;
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once('exit', (code, signal) => {
      alive = false;
      resolve(signal ?? code);
    });
    child.once('error', () => {
      alive = false;
      resolve(null);
    });
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };

  const ready = new Promise<HandlerError | undefined>((resolve) => {
    const limit = setTimeout(() => {
      kill();
      resolve({
        errorType: 'Sandbox.Timedout',
        errorMessage: `The handler was not loaded within ${initLimitMs / 1000} seconds`,
      });
    }, initLimitMs);
    child.once('message', (message: FromChild) => {
      clearTimeout(limit);
      resolve(message.kind === 'init-failed' ? message.error : undefined);
      if (message.kind === 'ready') freeze();
    });
    void ended.then((how) => {
      clearTimeout(limit);
      resolve(exitError(how));
    });
  });

  let isBusy = false;
  function freeze(): void {
    if (options.freeze && !isBusy && alive) signal(child, 'SIGSTOP');
  }

  async function invoke(event: unknown): Promise<Outcome> {
    isBusy = true;
    const requestId = randomUUID();
    if (options.freeze) signal(child, 'SIGCONT');
    const initError = await ready;
    if (initError) {
      await ended;
      return { kind: 'failed', requestId, error: initError };
    }
    try {
      return await answerTo(event, requestId);
    } finally {
      isBusy = false;
      freeze();
    }
  }

  function answerTo(event: unknown, requestId: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const invocation: Invocation = {
        requestId,
        event: JSON.stringify(event),
        deadline: Date.now() + options.timeoutSeconds * 1000,
      };
      const finish = (outcome: Outcome): void => {
        clearTimeout(limit);
        child.off('message', listen);
        resolve(outcome);
      };
      let isTimedOut = false;
      const limit = setTimeout(() => {
        isTimedOut = true;
        kill();
      }, options.timeoutSeconds * 1000);
      const listen = (message: FromChild): void => {
        if (message.kind === 'returned') finish({ kind: 'returned', requestId, payload: message.payload });
        if (message.kind === 'threw') finish({ kind: 'failed', requestId, error: message.error });
      };
      child.on('message', listen);
      void ended.then((how) => {
        const errorMessage = `Task timed out after ${options.timeoutSeconds.toFixed(2)} seconds`;
        const error = isTimedOut ? { errorType: 'Sandbox.Timedout', errorMessage } : exitError(how);
        finish({ kind: 'failed', requestId, error });
      });
      // A write to a process that is just ending fails here; `ended` answers then.
      child.send(invocation, () => {});
    });
  }

  return { pid: child.pid, ready, ended, isAlive: () => alive, invoke, kill };
}

function exitError(how: NodeJS.Signals | number | null): HandlerError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `The function's process ended before it answered (${how ?? 'could not start'})`,
  };
}

/** It may end at any moment: a process that is gone needs no signal. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(name);
}
