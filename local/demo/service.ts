import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readServices, type ServiceName, serviceNames, startService, stopService, wordOf } from './services.ts';

/** What the demo's runner.yml calls: `service.ts start|stop|health NAME FOLDER`. `serve` is the service itself. */
const lookMs = 200;
const healthMs = 2000;
/** A service that was replaced gives its port back within this. */
const portTries = 20;

const [verb = '', given = '', folder = '', word = ''] = process.argv.slice(2);
const name: ServiceName = serviceNames.find((one) => one === given) ?? fail(`there is no service "${given}"`);
if (verb === 'start') startService(folder, name);
else if (verb === 'stop') stopService(folder, name);
else if (verb === 'health') await health();
else if (verb === 'serve') await serve();
else fail(`use: start, stop or health, a service, a folder`);

async function health(): Promise<void> {
  const url = `http://127.0.0.1:${readServices(folder).ports[name]}/health`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(healthMs) }).catch(() => undefined);
  if (!answer?.ok) fail(`${name} does not answer as it should at ${url}${answer ? `: ${answer.status}` : ''}`);
  console.log(`${name} is well: ${url}`);
}

async function serve(): Promise<void> {
  const { ports, stackPid } = readServices(folder);
  const isWanted = () => wordNow() === word && isThere(stackPid);
  setInterval(() => isWanted() || process.exit(0), lookMs);
  const code = await import(pathToFileURL(join(folder, 'shop', name === 'shop' ? 'server.js' : 'storefront.js')).href);
  const server: Server = code[name]({ shopUrl: `http://127.0.0.1:${ports.shop}` });
  let triesLeft = portTries;
  server.on('error', (error: NodeJS.ErrnoException) => {
    triesLeft -= 1;
    if (error.code !== 'EADDRINUSE' || triesLeft === 0) fail(error.message);
    setTimeout(listen, lookMs);
  });
  const listen = () => server.listen(ports[name], '127.0.0.1');
  server.once('listening', () => console.log(`${name} listens on ${ports[name]}`));
  listen();
}

function wordNow(): string {
  try {
    return readFileSync(wordOf(folder, name), 'utf8');
  } catch {
    return '';
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
