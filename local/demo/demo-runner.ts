import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { startOrphanGuard } from '../lambda-host/orphan-guard.ts';

export const cli = join(import.meta.dirname, '../../runner/cli.ts');
/** Then its journal has the rest, and its next start finishes it. */
const stopLimitMs = 2000;

export interface DemoRunner {
  readonly pid: number | undefined;
  /** Asks once, and waits two seconds at most. */
  stop(): Promise<void>;
}

/**
 * `kintsugi runner` in a process group of its own, because Ctrl-C in a terminal goes to a whole group, and asked twice it
 * ends in the middle of a step. It does not outlive this process. `onEnd` hears of an end that nobody asked for.
 */
export function startDemoRunner(options: {
  runnerFile: string;
  /** What it prints is appended there. */
  log: string;
  environment: Record<string, string>;
  onEnd: (line: string) => void;
}): DemoRunner {
  const output = openSync(options.log, 'a', 0o600);
  const runner = spawn(process.execPath, [cli, 'runner', '--config', options.runnerFile], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const guard = startOrphanGuard();
  guard.watch([runner.pid]);
  let isStopping = false;
  const ended = (how: string): void => {
    guard.stop();
    if (!isStopping) options.onEnd(`The demo's runner has ended (${how}), so nothing can be recovered: ${options.log}`);
  };
  runner.once('error', (error) => ended(error.message));
  runner.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
  return {
    pid: runner.pid,
    async stop() {
      isStopping = true;
      await end(runner);
    },
  };
}

async function end(runner: ChildProcess): Promise<void> {
  if (runner.pid === undefined || runner.exitCode !== null || runner.signalCode !== null) return;
  const exited = once(runner, 'exit');
  runner.kill('SIGTERM');
  const timer = setTimeout(() => runner.kill('SIGKILL'), stopLimitMs);
  await exited;
  clearTimeout(timer);
}
