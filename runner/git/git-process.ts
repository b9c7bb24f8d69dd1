import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GitRefusal } from './git-refusal.ts';

export interface GitCall {
  cwd: string;
  env?: Readonly<Record<string, string>>;
  input?: Buffer | string | AsyncIterable<Buffer>;
  /** Where stdout goes instead of memory: an open file. */
  outputTo?: number;
  timeLimitMs?: number;
  outputLimitBytes?: number;
  /** Exit codes that are an answer, not a failure. */
  answers?: readonly number[];
}

/**
 * What must hold for every call: no hook and no monitor runs, nothing is fetched, names are not quoted, no name is refused for
 * the sake of other systems, temporary indexes are whole, and what is written has reached the disk.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.protectNTFS=false',
  'core.protectHFS=false',
  'core.splitIndex=false',
  'index.sparse=false',
  'core.fsync=committed,loose-object,reference',
  'core.fsyncMethod=batch',
  'protocol.allow=never',
  'submodule.recurse=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

/** GIT_* of the caller (a hook, another tool) would point these commands at another repository, index or identity. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !pair[0].startsWith('GIT_'),
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    LANGUAGE: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PAGER: 'cat',
  };
}

/** Runs one git command without a shell, within a time and an output limit. A failure is a `GitRefusal`. */
export async function git(args: readonly string[], call: GitCall): Promise<{ stdout: Buffer; code: number }> {
  const limit = call.outputLimitBytes ?? 256 * 1024 * 1024;
  const child = spawn('git', [...settings, ...args], {
    cwd: call.cwd,
    env: { ...cleanEnvironment(), ...call.env },
    stdio: [call.input === undefined ? 'ignore' : 'pipe', call.outputTo ?? 'pipe', 'pipe'],
  });
  const name = args.find((arg) => !arg.startsWith('-')) ?? 'git';
  let stopped: GitRefusal | undefined;
  const stop = (refusal: GitRefusal) => {
    stopped ??= refusal;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(
    () => stop(new GitRefusal('git_timed_out', `git ${name} took longer than its time limit`, { command: name })),
    call.timeLimitMs ?? 120_000,
  );
  const out: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit)
      stop(new GitRefusal('output_too_large', `git ${name} printed too much`, { command: name, limit }));
    else out.push(chunk);
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4000);
  });
  try {
    const [code, fed] = await Promise.all([ended(child, name), feed(child, call.input)]);
    if (stopped) throw stopped;
    if (fed instanceof Error) throw fed;
    if (code !== 0 && !(call.answers ?? []).includes(code)) throw failed(name, code, said);
    return { stdout: Buffer.concat(out), code };
  } finally {
    clearTimeout(timer);
  }
}

/** `git` for answers of one line. */
export async function gitLine(args: readonly string[], call: GitCall): Promise<string> {
  return (await git(args, call)).stdout.toString('utf8').replace(/\n$/, '');
}

function ended(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? new GitRefusal('git_missing', 'git could not be started', { command: name }, error)
          : error,
      ),
    );
    child.once('close', (code) => resolve(code ?? -1));
  });
}

/** Feeds stdin. A reader that left early shows in its exit code; an error of the source itself is handed back. */
async function feed(child: ChildProcess, input: GitCall['input']): Promise<Error | undefined> {
  if (!child.stdin) return undefined;
  let sourceError: Error | undefined;
  const source = async function* () {
    try {
      if (typeof input === 'string' || Buffer.isBuffer(input)) yield input;
      else if (input) yield* input;
    } catch (error) {
      sourceError = error instanceof Error ? error : new Error(String(error));
      // Killed, so that it never takes what it got so far for the whole.
      child.kill('SIGKILL');
      throw sourceError;
    }
  };
  await pipeline(Readable.from(source()), child.stdin).catch(() => undefined);
  return sourceError;
}

/** What git says of the disk and of other processes, so that people are told what to do. */
const causes = [
  [
    /lazy fetching disabled|from promisor remote/,
    'objects_elsewhere',
    'this is a partial clone, and objects that it needs are on its remote only',
  ],
  [/No space left on device|Disk quota exceeded/, 'disk_full', 'the disk is full'],
  [/Read-only file system/, 'read_only', 'the disk is read-only'],
  [/Unable to create '.*\.lock': File exists/, 'ref_locked', 'another git command holds a lock'],
  [/Permission denied|insufficient permission/, 'not_writable', 'it may not write here'],
] as const;

function failed(name: string, code: number, said: string): GitRefusal {
  const evidence = { command: name, exitCode: code, said: said.trim() };
  if (said.includes('dubious ownership'))
    return new GitRefusal('not_trusted', 'git does not trust this folder', evidence);
  for (const [words, code, what] of causes) {
    if (words.test(said)) return new GitRefusal(code, `git ${name}: ${what}`, evidence);
  }
  return new GitRefusal('git_failed', `git ${name} failed: ${said.trim().split('\n')[0] ?? ''}`, evidence);
}
