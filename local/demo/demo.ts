import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { localEnvironment } from '../local-environment.ts';
import type { Stack } from '../stack.ts';
import { breakShop } from './break-shop.ts';
import { cli, startDemoRunner } from './demo-runner.ts';
import { runDemoProgram } from './program.ts';

export interface Demo {
  /** Stops the runner, which ends its current step first. */
  stop(): Promise<void>;
}

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
  const runner = startDemoRunner({
    runnerFile,
    log,
    environment,
    onEnd(line) {
      stack.log('demo', line);
      console.error(line);
    },
  });
  if (isFirst) {
    await breakAndCheck(shop, runnerFile, environment).catch(async (error: unknown) => {
      await runner.stop();
      throw error;
    });
  }
  return { stop: () => runner.stop() };
}

/** Breaks the shop and runs its check under `kintsugi run`, which files what fails. */
export async function breakAndCheck(
  shop: string,
  runnerFile: string,
  environment: Record<string, string>,
): Promise<void> {
  await breakShop(shop);
  await runDemoProgram(
    [process.execPath, cli, 'run', '--component', 'shop', '--config', runnerFile, '--', 'npm', 'test'],
    { cwd: shop, environment },
  );
}

async function makeShop(shop: string, environment: Record<string, string>): Promise<void> {
  // Made beside its place and moved: a start that was cut off begins anew.
  const draft = `${shop}.draft`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(join(import.meta.dirname, 'shop'), draft, { recursive: true });
  const git = (...args: string[]) =>
    runDemoProgram(['git', '-c', 'user.name=Demo', '-c', 'user.email=demo@localhost', ...args], {
      cwd: draft,
      expectSuccess: true,
    });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'A shop that works');
  await runDemoProgram(
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
