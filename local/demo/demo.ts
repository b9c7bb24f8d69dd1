import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { localEnvironment } from '../local-environment.ts';
import type { Stack } from '../stack.ts';
import { breakShop } from './break-shop.ts';
import { runProgram } from './program.ts';

export interface Demo {
  /** Stops the runner, which ends its current step first. */
  stop(): Promise<void>;
}

const cli = join(import.meta.dirname, '../../runner/cli.ts');

/** Where the demo keeps its shop, its runner.yml and its runner's journal. */
export function demoPlaces(dataDir: string) {
  const folder = join(dataDir, 'demo');
  return {
    folder,
    shop: join(folder, 'shop'),
    runnerFile: join(folder, 'runner.yml'),
    log: join(folder, 'runner.log'),
  };
}

/**
 * A real failure on this machine: a small shop in a git repository, a checkpoint, a change that breaks it, and its check run
 * under `kintsugi run`. The runner that can bring it back goes on until `stop`. On later starts only the runner starts.
 */
export async function startDemo(stack: Stack): Promise<Demo> {
  const { folder, shop, runnerFile, log } = demoPlaces(stack.dataDir);
  const environment = localEnvironment(stack.endpoints);
  const isFirst = !existsSync(shop);
  mkdirSync(folder, { recursive: true });
  writeFileSync(runnerFile, runnerYaml(stack, shop));
  if (isFirst) await makeShop(shop, environment);
  const runner = startRunner(runnerFile, log, environment);
  if (isFirst) await breakAndCheck(shop, runnerFile, environment);
  return { stop: () => stopRunner(runner) };
}

/** Breaks the shop and runs its check under `kintsugi run`, which files what fails. Answers with the check's exit code. */
export async function breakAndCheck(
  shop: string,
  runnerFile: string,
  environment: Record<string, string>,
): Promise<number> {
  await breakShop(shop);
  const { exitCode } = await runProgram(
    [process.execPath, cli, 'run', '--component', 'shop', '--config', runnerFile, '--', 'npm', 'test'],
    { cwd: shop, environment },
  );
  return exitCode;
}

async function makeShop(shop: string, environment: Record<string, string>): Promise<void> {
  // Made beside its place and moved: a start that was cut off begins anew.
  const draft = `${shop}.draft`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(join(import.meta.dirname, 'shop'), draft, { recursive: true });
  const git = (...args: string[]) =>
    runProgram(['git', '-c', 'user.name=Demo', '-c', 'user.email=demo@localhost', ...args], {
      cwd: draft,
      expectSuccess: true,
    });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'A shop that works');
  await runProgram(
    [process.execPath, cli, 'checkpoint', '--component', 'shop', '--name', 'working', '--work-tree', draft],
    { cwd: draft, environment, expectSuccess: true },
  );
  renameSync(draft, shop);
}

function runnerYaml(stack: Stack, shop: string): string {
  return stringify({
    name: 'demo',
    queues: {
      commands: stack.queueUrl('commands-demo'),
      results: stack.queueUrl('results'),
      failures: stack.endpoints.failuresQueueUrl,
    },
    keys: { file: stack.keys.demoRunnerFile, recovery: stack.keys.commandPublicKey },
    journal: 'journal',
    workTrees: {
      shop: { path: shop, component: 'shop', check: { command: ['npm', 'test'], timeoutSeconds: 60 } },
    },
  });
}

function startRunner(runnerFile: string, log: string, environment: Record<string, string>): ChildProcess {
  const output = openSync(log, 'a');
  const runner = spawn(process.execPath, [cli, 'runner', '--config', runnerFile], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  return runner;
}

async function stopRunner(runner: ChildProcess): Promise<void> {
  if (runner.exitCode !== null || runner.signalCode !== null) return;
  const exited = once(runner, 'exit');
  runner.kill('SIGTERM');
  const timer = setTimeout(() => runner.kill('SIGKILL'), 2000);
  await exited;
  clearTimeout(timer);
}
