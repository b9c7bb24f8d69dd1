#!/usr/bin/env node
// `npx kintsugi` in this project: runs the command from its sources, on the project's own Node when this one is older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = new URL('../runner/cli.ts', import.meta.url);
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

const notInstalled = () => {
  console.error('kintsugi: the packages are not installed yet. Run `npm ci` in the project first.');
  process.exit(1);
};

if (isNewEnough) {
  if (!existsSync(new URL('../node_modules', import.meta.url))) notInstalled();
  await import(cli.href);
} else {
  if (!existsSync(ownNode)) notInstalled();
  const child = spawn(ownNode, [fileURLToPath(cli), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both processes itself; a signal that was meant for this one alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      if (!(process.stdin.isTTY && signal !== 'SIGTERM')) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(
      `kintsugi: the project's own Node cannot be started (${error.message}). Run \`npm ci\` in the project.`,
    );
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
