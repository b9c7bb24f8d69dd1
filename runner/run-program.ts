import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { keepEnd } from './keep-end.ts';
import { whyNotRun } from './not-run.ts';
import { signalGroup } from './process-group.ts';
import { identify, membersOfGroup, type ProcessIdentity } from './process-identity.ts';

export interface ProgramLimits {
  timeoutMs: number;
  outputLimitBytes: number;
  /** Between the polite end of a process group and the hard one. */
  graceMs?: number;
}

export interface ProgramResult {
  /** 0: it worked. Like a shell: 128 and the signal's number when it was killed, 127 when there is no such program. */
  exitCode: number;
  /** It ran, and came to its own end: its exit code is what it has to say. */
  isAnswer: boolean;
  /** One plain line: "exit 1", "stopped after 30 s", "there is no program `foo`". */
  how: string;
  /** The end of what it printed, both streams as they came. */
  outputTail: string;
  /** The beginning of what it printed on stdout alone. */
  printed: string;
  durationMs: number;
}

const tailBytes = 16 * 1024;
const printedBytes = 256 * 1024;
/** The process groups at work. */
const running = new Set<number>();

/**
 * Runs a program of the host's own configuration: no shell, its own process group (killed as a whole at the limits), nothing
 * on stdin, and no more of the environment than it is given.
 */
export async function runProgram(
  [program = '', ...args]: readonly string[],
  {
    cwd,
    env,
    limits,
    onStart,
    onEnd,
    onOutput,
  }: {
    cwd: string;
    env: Record<string, string>;
    limits: ProgramLimits;
    /** When it throws, the program is ended at once and this throws the same: what nobody can write down must not run. */
    onStart?: (child: ProcessIdentity) => void;
    /** It ended by itself, before its limits. */
    onEnd?: (child: ProcessIdentity) => void;
    /** Called whenever it has printed something; answers the end of all of it. */
    onOutput?: (tail: () => string) => void;
  },
): Promise<ProgramResult> {
  const begun = performance.now();
  let child: ChildProcess;
  try {
    child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    // Some reasons (arguments too long, a file in the place of a folder) are thrown at once.
    return { ...notRun(error, program, cwd), outputTail: '', printed: '', durationMs: 0 };
  }
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) {
    try {
      onStart?.(identity);
    } catch (error) {
      signalGroup(identity.pid, 'SIGKILL');
      await end(child, program, cwd);
      throw error;
    }
    running.add(identity.pid);
  }
  let stopped: string | undefined;
  let hardEnd: NodeJS.Timeout | undefined;
  let hasEnded = false;
  const stop = (why: string) => {
    if (hasEnded || stopped !== undefined || child.pid === undefined) return;
    stopped = why;
    const { pid } = child;
    signalGroup(pid, 'SIGTERM');
    hardEnd = setTimeout(() => signalGroup(pid, 'SIGKILL'), limits.graceMs ?? 3000);
  };
  const timer = setTimeout(() => stop(`stopped after ${limits.timeoutMs / 1000} s, its time limit`), limits.timeoutMs);
  const tail = keepTail(child, limits.outputLimitBytes, {
    onTooMuch: () => stop(`stopped: it printed more than ${sizeOf(limits.outputLimitBytes)}`),
    ...(onOutput && { onOutput }),
  });
  const printed = keepBeginning(child);
  // Its own end ends its limits: what it left on purpose may hold its pipes open, and is not stopped for that.
  child.once('exit', () => {
    clearTimeout(timer);
    hasEnded = true;
    if (child.pid !== undefined) running.delete(child.pid);
  });
  const ended = await end(child, program, cwd);
  clearTimeout(timer);
  clearTimeout(hardEnd);
  if (child.pid !== undefined) running.delete(child.pid);
  // What it left running must not outlive its own limits; after an ordinary end it was left on purpose.
  if (stopped !== undefined && child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  if (stopped === undefined && identity) onEnd?.(identity);
  return {
    exitCode: stopped === undefined ? ended.exitCode : ended.exitCode || 124,
    isAnswer: stopped === undefined && ended.isAnswer,
    how: stopped ?? ended.how,
    outputTail: tail(),
    printed: printed(),
    durationMs: Math.round(performance.now() - begun),
  };
}

function keepTail(
  child: ChildProcess,
  limitBytes: number,
  { onTooMuch, onOutput }: { onTooMuch: () => void; onOutput?: (tail: () => string) => void },
): () => string {
  const kept = keepEnd(tailBytes);
  const take = (chunk: Buffer) => {
    kept.take(chunk);
    if (kept.total() > limitBytes) onTooMuch();
    onOutput?.(kept.text);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return kept.text;
}

function keepBeginning(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    if (size < printedBytes) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).subarray(0, printedBytes).toString('utf8');
}

const sizeOf = (bytes: number) =>
  bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;

/** Its own end, and at most a second more for the pipes: a background process may hold them open for ever. */
function end(
  child: ChildProcess,
  program: string,
  cwd: string,
): Promise<Pick<ProgramResult, 'exitCode' | 'isAnswer' | 'how'>> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(notRun(error, program, cwd)));
    child.once('exit', (code, signal) => {
      const result =
        signal === null
          ? { exitCode: code ?? 1, isAnswer: true, how: `exit ${code}` }
          : { exitCode: 128, isAnswer: false, how: `killed by ${signal}` };
      const late = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(result);
      }, 1000);
      child.once('close', () => {
        clearTimeout(late);
        resolve(result);
      });
    });
  });
}

function notRun(error: unknown, program: string, cwd: string) {
  // The system says the same of a missing folder as of a missing program.
  const isFolder = statSync(cwd, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder) return { ...whyNotRun(error, program), isAnswer: false };
  return { exitCode: 127, how: `there is no folder ${cwd} to run \`${program}\` in`, isAnswer: false };
}

/** Ends what an earlier, killed runner started, if it still runs: the process, and on Linux all that it left of its group. */
export function endLeftOver(child: ProcessIdentity): boolean {
  if (membersOfGroup(child).length === 0) return false;
  signalGroup(child.pid, 'SIGKILL');
  return true;
}

/** Ends all programs that this process runs at this moment: it goes, and nothing of it may stay. */
export function endRunning(): void {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
}
