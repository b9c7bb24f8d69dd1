import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface WatchedCommand {
  exitCode: number;
  how: string;
  /** The last of what it printed, both streams as they came. */
  output: string;
  durationMs: number;
  /** The signal that kintsugi itself was sent and passed on. */
  passedOn?: NodeJS.Signals;
}

const keptBytes = 64 * 1024;
const passed = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** What a terminal sends to everybody in front of it, this command included. */
const fromTerminal = new Set<NodeJS.Signals>(['SIGINT', 'SIGHUP', 'SIGQUIT']);

/** Runs a command as if nobody watched: its input, output, exit code and signals are those it would have alone. */
export function watchCommand([program = '', ...args]: readonly string[]): Promise<WatchedCommand> {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'pipe'] });
  const kept: Buffer[] = [];
  let size = 0;
  const keep = (chunk: Buffer) => {
    kept.push(chunk);
    size += chunk.length;
    while (size - (kept[0]?.length ?? 0) > keptBytes) size -= kept.shift()?.length ?? 0;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // A reader that left (`| head`) is the command's business to notice, not a reason to crash.
  process.stdout.on('error', () => child.stdout.unpipe());
  process.stderr.on('error', () => child.stderr.unpipe());
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });

  let passedOn: NodeJS.Signals | undefined;
  const handlers = passed.map((signal) => {
    const handler = () => {
      passedOn = signal;
      if (!(process.stdin.isTTY && fromTerminal.has(signal))) child.kill(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });

  return new Promise((resolve) => {
    const end = (exitCode: number, how: string) => {
      for (const remove of handlers) remove();
      const output = Buffer.concat(kept).toString('utf8');
      resolve({
        exitCode,
        how,
        output,
        durationMs: Math.round(performance.now() - begun),
        ...(passedOn && { passedOn }),
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
