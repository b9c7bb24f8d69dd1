import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { redact } from '../../lib/adapters/redaction/redact.ts';
import { programEnvironment } from '../program-environment.ts';
import { runProgram } from '../run-program.ts';
import { type Probe, probe } from './probe.ts';

const tailBytes = 64 * 1024;
const shownLines = 3;
const alarming = /\b(?:error|fatal|panic|exception|critical|emerg|traceback|out of memory)\b|\b(?:fail(?:ed|ure)?)\b/i;

/** What a unit of journald said in the last hour that is an error or worse. */
export const journalProbe = (unit: string): Probe =>
  probe(`journal of ${unit}`, async () => {
    const args = ['journalctl', '--unit', unit, '--priority', 'err', '--since', '-1h', '--lines', '50'];
    const { exitCode, how, printed, outputTail } = await runProgram(
      [...args, '--no-pager', '--output', 'short-iso', '--quiet'],
      {
        cwd: '/',
        env: programEnvironment(process.env, []),
        limits: { timeoutMs: 8000, outputLimitBytes: 1_000_000 },
      },
    );
    if (exitCode !== 0)
      return { state: 'unknown', found: `journalctl: ${how}. ${outputTail.trim().split('\n').at(-1) ?? ''}` };
    return told(await redact(printed), 'in the last hour');
  });

/** The end of a log file. */
export const logProbe = (file: string): Probe =>
  probe(`log ${basename(file)}`, async () => {
    const text = await readEnd(file);
    const lines = (await redact(text)).split('\n').filter((line) => alarming.test(line));
    return told(lines.join('\n'), `at its end (${Math.round(tailBytes / 1024)} kB)`);
  });

function told(text: string, where: string) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return { state: 'good' as const, found: `no errors ${where}` };
  const count = lines.length === 1 ? '1 error' : `${lines.length} errors`;
  // The newest first: a cell holds little.
  const newest = lines
    .slice(-shownLines)
    .reverse()
    .map((line) => line.trim().slice(0, 120));
  return { state: 'bad' as const, found: `${count} ${where}: ${newest.join(' · ')}` };
}

/** Begins with a whole line, since half a line may be half a secret. Links are followed, and lead to a plain file. */
async function readEnd(file: string): Promise<string> {
  // Before it is opened, which alone may wake a device; and once more after it, when nobody can change what it is.
  mustBePlain(await stat(file));
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = mustBePlain(await handle.stat());
    const from = Math.max(0, size - tailBytes);
    const buffer = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
}

/** A pipe would be waited for without end, and what is read from it would be missing elsewhere. */
function mustBePlain(stats: Stats): Stats {
  if (!stats.isFile()) throw new Error('it is no plain file (a folder, a pipe, a socket or a device)');
  return stats;
}
