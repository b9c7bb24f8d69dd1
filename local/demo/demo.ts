import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localEnvironment } from '../local-environment.ts';
import type { Stack } from '../stack.ts';
import { type BrokenLevel, breakShop, brokenWork } from './break-shop.ts';
import { cli, startDemoRunner } from './demo-runner.ts';
import { runDemoProgram } from './program.ts';
import { runnerYaml } from './runner-yaml.ts';
import { prepareServices, serviceNames, startService, stopService } from './services.ts';

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
  const places = demoPlaces(stack.dataDir);
  const { folder, shop, runnerFile, log } = places;
  const environment = localEnvironment(stack.endpoints);
  const isFirst = !existsSync(shop);
  mkdirSync(folder, { recursive: true });
  writeFileSync(runnerFile, runnerYaml(stack, places, await prepareServices(folder)));
  if (isFirst) await makeShop(shop, environment);
  const stopServices = () => {
    for (const name of serviceNames) stopService(folder, name);
  };
  for (const name of serviceNames) startService(folder, name);
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
      stopServices();
      await runner.stop();
      throw error;
    });
  }
  return {
    async stop() {
      await runner.stop();
      stopServices();
    },
  };
}

/** Breaks the shop and runs its check under `kintsugi run`, which files what fails. */
export async function breakAndCheck(
  shop: string,
  runnerFile: string,
  environment: Record<string, string>,
  level: BrokenLevel = 3,
): Promise<void> {
  await breakShop(shop, level);
  const about = ['--component', 'shop', '--summary', brokenWork[level]];
  await runDemoProgram([process.execPath, cli, 'run', ...about, '--config', runnerFile, '--', 'npm', 'test'], {
    cwd: shop,
    environment,
  });
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
  makeMess(draft);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'A shop that works');
  await runDemoProgram(
    [process.execPath, cli, 'checkpoint', '--component', 'shop', '--name', 'working', '--work-tree', draft],
    { cwd: draft, environment, expectSuccess: true },
  );
  renameSync(draft, shop);
}

/** What a shop leaves behind when it is killed at work: orders that nobody works on any more, and half-made pages. */
function makeMess(shop: string): void {
  const write = (folder: string, name: string, text: string) => {
    mkdirSync(join(shop, folder), { recursive: true });
    writeFileSync(join(shop, folder, name), text);
  };
  write('orders/pending', '1001.yml', 'id: "1001"\nitems: [tea]\n');
  write('orders/in-progress', '1002.yml', 'id: "1002"\nitems: [cup, tea]\n');
  write('orders/failed', '1003.yml', 'id: "1003"\nitems: [bowl]\n');
  for (const page of ['products', 'cart']) write('cache', `${page}.tmp`, `half of the page ${page}`);
}
