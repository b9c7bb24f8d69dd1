import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { membersOfGroup, type ProcessIdentity } from '../../runner/process-identity.ts';
import { programEnvironment } from '../../runner/program-environment.ts';
import { endLeftOver, runProgram } from '../../runner/run-program.ts';
import { until } from './control-room.ts';

const folder = mkdtempSync(join(tmpdir(), 'kintsugi-program-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (
  script: string,
  limits: Partial<Parameters<typeof runProgram>[1]['limits']> = {},
  onStart?: (child: ProcessIdentity) => void,
) =>
  runProgram(['sh', '-c', script], {
    cwd: folder,
    env: programEnvironment({ PATH: process.env.PATH, API_TOKEN: 'secret', SHOP_URL: 'x' }, ['SHOP_URL']),
    limits: { timeoutMs: 10_000, outputLimitBytes: 1_000_000, graceMs: 200, ...limits },
    ...(onStart && { onStart }),
  });
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('says which folder is missing, when that is what is missing', async () => {
  const cwd = join(folder, 'nowhere');
  const limits = { timeoutMs: 1000, outputLimitBytes: 1000 };
  expect(await runProgram(['sh', '-c', 'true'], { cwd, env: { PATH: process.env.PATH ?? '' }, limits })).toMatchObject({
    exitCode: 127,
    isAnswer: false,
    how: `there is no folder ${cwd} to run \`sh\` in`,
  });
});

// Guards against an error that the system says at once, and that ended the whole run instead of its step.
it.each([
  ['lies below a file', () => [join(process.execPath, 'inside')], 126, /cannot be run \(ENOTDIR\)/],
  ['has no name', () => [''], 126, /cannot be run/],
  ['has a name that nothing can have', () => ['a\0b'], 126, /cannot be run/],
  ['gets more than it can be given', () => ['true', 'x'.repeat(3_000_000)], 126, /cannot be run \(E2BIG\)/],
] as const)('says that a program cannot be run which %s', async (_what, command, exitCode, how) => {
  const limits = { timeoutMs: 1000, outputLimitBytes: 1000 };
  const answer = await runProgram(command(), { cwd: folder, env: { PATH: process.env.PATH ?? '' }, limits });
  expect(answer).toMatchObject({ exitCode, isAnswer: false, how: expect.stringMatching(how) });
});

it('gives a program its folder, nothing on stdin, and only the environment that is allowed', async () => {
  const { exitCode, outputTail } = await run('pwd; cat; env | cut -d= -f1 | sort');
  expect(exitCode).toBe(0);
  expect(outputTail).toContain(folder);
  expect(outputTail).toContain('SHOP_URL');
  expect(outputTail).not.toContain('API_TOKEN');
});

// Guards against a service that is killed because the command which started it ended right before its limit.
it('what ended in time is not stopped for what it left running on purpose', async () => {
  const { exitCode, isAnswer, outputTail } = await run('sleep 20 & echo $!; exit 0', { timeoutMs: 900 });
  const left = Number(outputTail.trim());
  expect({ exitCode, isAnswer, isAlive: isAlive(left) }).toEqual({ exitCode: 0, isAnswer: true, isAlive: true });
  process.kill(left, 'SIGKILL');
});

it('ends a program and all that it started when its time is up, even one that will not listen', async () => {
  const { exitCode, how, outputTail } = await run("trap '' TERM; sleep 30 & echo $!; wait; sleep 30", {
    timeoutMs: 200,
  });
  expect(exitCode).not.toBe(0);
  expect(how).toBe('stopped after 0.2 s, its time limit');
  const background = Number(outputTail.trim());
  await until(() => !isAlive(background) || undefined, 15);
});

it('ends a program that prints without end, and keeps the end of what it said', async () => {
  const { how, outputTail } = await run('yes', { outputLimitBytes: 2_000_000 });
  expect(how).toBe('stopped: it printed more than 2 MB');
  expect(outputTail.length).toBeLessThanOrEqual(16 * 1024);
});

it('does not wait for what a program leaves running on purpose', async () => {
  let child: ProcessIdentity | undefined;
  const { exitCode, durationMs } = await run('sleep 20 & exit 0', {}, (started) => {
    child = started;
  });
  expect(exitCode).toBe(0);
  expect(durationMs).toBeLessThan(5000);
  if (child) process.kill(-child.pid, 'SIGKILL');
});

it('says that there is no such program', async () => {
  const answer = await runProgram(['no-such-program'], {
    cwd: folder,
    env: {},
    limits: { timeoutMs: 1000, outputLimitBytes: 1000 },
  });
  expect(answer).toMatchObject({ exitCode: 127, how: 'there is no program `no-such-program`' });
});

it('ends what a killed runner left behind, and nothing that only has its number', async () => {
  let child: ProcessIdentity | undefined;
  const running = run('sleep 20', {}, (started) => {
    child = started;
  });
  await until(() => child);
  await pause(50);
  expect(endLeftOver({ pid: child?.pid ?? 0, birth: '1' })).toBe(false);
  expect(child && endLeftOver(child)).toBe(true);
  expect((await running).how).toBe('killed by SIGKILL');
});

it('ends what is left of a group whose first process is gone', async () => {
  let child: ProcessIdentity | undefined;
  const { outputTail } = await run('sleep 20 & echo $!; exit 0', {}, (started) => {
    child = started;
  });
  const left = Number(outputTail.trim());
  expect(isAlive(left)).toBe(true);
  expect(child && endLeftOver(child)).toBe(true);
  await until(() => !isAlive(left) || undefined, 15);
});

it('runs nothing that could not be written down', async () => {
  let child: ProcessIdentity | undefined;
  const begun = performance.now();
  const answer = run('sleep 20 & wait', {}, (started) => {
    child = started;
    throw new Error('no space left on device');
  });
  await expect(answer).rejects.toThrow('no space left on device');
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(child && membersOfGroup(child)).toEqual([]);
});
