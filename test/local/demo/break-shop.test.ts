import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ComponentPolicy } from '../../../lib/policy/policy.ts';
import { gradeSignal } from '../../../lib/severity/grade.ts';
import { Signal } from '../../../lib/signal/signal.ts';
import { breakShop, brokenLevels, brokenWork } from '../../../local/demo/break-shop.ts';
import { refuseIfBroken } from '../../../local/demo/refuse-if-broken.ts';
import { programEnvironment } from '../../../runner/program-environment.ts';
import { runProgram } from '../../../runner/run-program.ts';
import { signalOfCommand } from '../../../runner/signal-of-command.ts';

const command = ['npm', 'test'];

it.each(brokenLevels)('the shop broken for level %i fails in a way that is graded so', async (level) => {
  const shop = mkdtempSync(join(tmpdir(), 'broken-shop-'));
  onTestFinished(() => rmSync(shop, { recursive: true, force: true }));
  cpSync(join(import.meta.dirname, '../../../local/demo/shop'), shop, { recursive: true });
  await breakShop(shop, level);
  await breakShop(shop, level);
  const env = programEnvironment(process.env, []);
  const end = await runProgram(command, { cwd: shop, env, limits: { timeoutMs: 30_000, outputLimitBytes: 1_000_000 } });
  expect(end.exitCode).toBe(1);
  const signal = signalOfCommand(
    { command, exitCode: 1, how: end.how, output: end.outputTail, durationMs: 1, endedAt: new Date() },
    { id: `broken-${level}`, component: 'shop', about: brokenWork[level] },
  );
  // Each break has a title of its own.
  expect(signal.summary).toBe(`${brokenWork[level]}: \`npm test\` failed (exit 1)`);
  expect(gradeSignal(Signal.parse(signal), ComponentPolicy.parse({ criticality: 'high' })).level).toBe(level);
});

it.each(brokenLevels)('a shop that is broken for level %i is not broken once more', async (level) => {
  const shop = mkdtempSync(join(tmpdir(), 'broken-shop-'));
  onTestFinished(() => rmSync(shop, { recursive: true, force: true }));
  cpSync(join(import.meta.dirname, '../../../local/demo/shop'), shop, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Demo', '-c', 'user.email=demo@localhost', ...args], { cwd: shop });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A shop that works');
  await expect(refuseIfBroken(shop)).resolves.toBeUndefined();
  await breakShop(shop, level);
  await expect(refuseIfBroken(shop)).rejects.toThrow('broken already, and nothing was changed');
});
