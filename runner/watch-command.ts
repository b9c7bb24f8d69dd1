import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { keepEnd, keptOutputBytes } from './keep-end.ts';
import { whyNotRun } from './not-run.ts';
import { endGroup, signalGroup } from './process-group.ts';

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
  /** It ended as whoever read its output left (`| head`). */
  wasUnread?: true;
}

/** Ends the command, and all that it started, before its time: politely, and after a while the hard way. */
export interface StopOrder {
  signal: AbortSignal;
  graceMs: number;
}

const passed = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** What a terminal sends to everybody in front of it, this command included, unless it has a group of its own. */
const fromTerminal = new Set<NodeJS.Signals>(['SIGINT', 'SIGHUP', 'SIGQUIT']);

/**
 * Runs a command as if nobody watched: its input, output, exit code and signals are those it would have alone. Its output goes
 * through pipes, so it finds no terminal there: colours and progress bars are as in `command | cat`. Only where a stop order may
 * come it gets a process group of its own, so that the order reaches all of it; what a terminal says is passed on to it then.
 */
export function watchCommand([program = '', ...args]: readonly string[], stop?: StopOrder): Promise<WatchedCommand> {
  const begun = performance.now();
  const hasOwnGroup = stop !== undefined;
  const hurry = new AbortController();
  let child: ChildProcessByStdio<null, Readable, Readable>;
  try {
    child = spawn(program, args, { stdio: ['inherit', 'pipe', 'pipe'], detached: hasOwnGroup });
  } catch (error) {
    // Some reasons (arguments too long, a file in the place of a folder) are thrown at once.
    return Promise.resolve({ ...sayNotRun(error, program), output: '', durationMs: 0, hurry: hurry.signal });
  }
  const { pid } = child;
  const tell = (signal: NodeJS.Signals) =>
    hasOwnGroup && pid !== undefined ? signalGroup(pid, signal) : child.kill(signal);
  const kept = keepEnd(keptOutputBytes);
  child.stdout.on('data', kept.take);
  child.stderr.on('data', kept.take);
  // A reader that left (`| head`) is the command's business to notice, as it would alone: its pipe is closed, too. What cannot be
  // written for another reason (a full disk) is still read, for what it says of a failure.
  let isUnread = false;
  for (const [from, to] of [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const]) {
    to.on('error', ({ code }: NodeJS.ErrnoException) => {
      from.unpipe();
      if (code !== 'EPIPE') return;
      isUnread = true;
      from.destroy();
    });
  }
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });

  let passedOn: NodeJS.Signals | undefined;
  let hasEnded = false;
  // For the rest of this process: what comes after the command's end must not cut off the filing of its failure.
  for (const signal of passed) {
    process.on(signal, () => {
      if (hasEnded) return hurry.abort();
      passedOn = signal;
      if (hasOwnGroup || !(process.stdin.isTTY && fromTerminal.has(signal))) tell(signal);
    });
  }
  if (hasOwnGroup) {
    // Ctrl-Z halts all of it, and `fg` lets all of it go on.
    process.on('SIGTSTP', () => {
      tell('SIGSTOP');
      process.kill(process.pid, 'SIGSTOP');
    });
    process.on('SIGCONT', () => tell('SIGCONT'));
  }

  let ending: Promise<void> | undefined;
  let wasStopped = false;
  const endIt = () => {
    if (!stop || pid === undefined) return;
    wasStopped = passedOn === undefined;
    ending = endGroup(pid, stop.graceMs);
  };
  if (stop?.signal.aborted) endIt();
  else stop?.signal.addEventListener('abort', endIt, { once: true });

  return new Promise((resolve) => {
    const end = (exitCode: number, how: string) => {
      hasEnded = true;
      resolve({
        exitCode,
        how,
        output: kept.text(),
        hurry: hurry.signal,
        durationMs: Math.round(performance.now() - begun),
        ...(passedOn && { passedOn }),
        ...(wasStopped && { wasStopped }),
        ...(isUnread && exitCode === 128 + constants.signals.SIGPIPE && { wasUnread: true }),
      });
    };
    child.once('error', (error) => {
      const { exitCode, how } = sayNotRun(error, program);
      end(exitCode, how);
    });
    const closed = new Promise((close) => child.once('close', close));
    child.once('exit', async (code, signal) => {
      // It is over by itself: an order that comes now did not end it.
      stop?.signal.removeEventListener('abort', endIt);
      await ending;
      // A background process may hold the pipes open; the command itself is over.
      await Promise.race([closed, pause(500)]);
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      end(exitCode, signal ? `killed by ${signal}` : `exit ${exitCode}`);
    });
  });
}

/** The command cannot say so itself. */
function sayNotRun(error: unknown, program: string) {
  const why = whyNotRun(error, program);
  process.stderr.write(`kintsugi: ${why.how}\n`);
  return why;
}
