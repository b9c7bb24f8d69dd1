import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { keepEnd } from './keep-end.ts';

export interface WatchedCommand {
  exitCode: number;
  how: string;
  /** The last of what it printed, both streams as they came. */
  output: string;
  durationMs: number;
  /** Aborted by a signal that comes after the command has ended: somebody waits for this process to go. */
  hurry: AbortSignal;
  /** The signal that kintsugi itself was sent and passed on. */
  passedOn?: NodeJS.Signals;
  /** A stop order ended it, and nothing else did before. */
  wasStopped?: true;
}

/** Ends the command before its time: politely, and after a while the hard way. */
export interface StopOrder {
  signal: AbortSignal;
  graceMs: number;
}

const keptBytes = 64 * 1024;
const passed = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** What a terminal sends to everybody in front of it, this command included. */
const fromTerminal = new Set<NodeJS.Signals>(['SIGINT', 'SIGHUP', 'SIGQUIT']);

/**
 * Runs a command as if nobody watched: its input, output, exit code and signals are those it would have alone. Its output goes
 * through pipes, so it finds no terminal there: colours and progress bars are as in `command | cat`.
 */
export function watchCommand([program = '', ...args]: readonly string[], stop?: StopOrder): Promise<WatchedCommand> {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'pipe'] });
  const kept = keepEnd(keptBytes);
  child.stdout.on('data', kept.take);
  child.stderr.on('data', kept.take);
  // A reader that left (`| head`) is the command's business to notice, not a reason to crash.
  process.stdout.on('error', () => child.stdout.unpipe());
  process.stderr.on('error', () => child.stderr.unpipe());
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });

  let passedOn: NodeJS.Signals | undefined;
  let hasEnded = false;
  const hurry = new AbortController();
  // For the rest of this process: what comes after the command's end must not cut off the filing of its failure.
  for (const signal of passed) {
    process.on(signal, () => {
      if (hasEnded) return hurry.abort();
      passedOn = signal;
      if (!(process.stdin.isTTY && fromTerminal.has(signal))) child.kill(signal);
    });
  }

  let hardEnd: NodeJS.Timeout | undefined;
  let wasStopped = false;
  const endIt = () => {
    wasStopped = passedOn === undefined;
    child.kill('SIGTERM');
    hardEnd = setTimeout(() => child.kill('SIGKILL'), stop?.graceMs);
  };
  if (stop?.signal.aborted) endIt();
  else stop?.signal.addEventListener('abort', endIt, { once: true });

  return new Promise((resolve) => {
    const end = (exitCode: number, how: string) => {
      hasEnded = true;
      clearTimeout(hardEnd);
      stop?.signal.removeEventListener('abort', endIt);
      resolve({
        exitCode,
        how,
        output: kept.text(),
        hurry: hurry.signal,
        durationMs: Math.round(performance.now() - begun),
        ...(passedOn && { passedOn }),
        ...(wasStopped && { wasStopped }),
      });
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT'
        ? end(127, `there is no program \`${program}\``)
        : end(126, `\`${program}\` cannot be run (${error.code})`),
    );
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      const how = signal ? `killed by ${signal}` : `exit ${exitCode}`;
      // A background process may hold the pipes open; the command itself is over.
      const late = setTimeout(() => end(exitCode, how), 500);
      child.once('close', () => {
        clearTimeout(late);
        end(exitCode, how);
      });
    });
  });
}
