import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

/** The demo's services, in the order in which they are started: what customers see needs the shop. */
export const serviceNames = ['shop', 'storefront'] as const;
export type ServiceName = (typeof serviceNames)[number];

const Services = z.object({
  /** `npm start`: no service goes on without it. */
  stackPid: z.int(),
  ports: z.object({ shop: z.int(), storefront: z.int() }),
});
export type Services = z.infer<typeof Services>;

const serviceProgram = join(import.meta.dirname, 'service.ts');
const fileOf = (folder: string) => join(folder, 'services.json');
export const readServices = (folder: string): Services =>
  Services.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')));

/** A service runs for as long as this file holds its word: whoever stops it needs no process id. */
export const wordOf = (folder: string, name: ServiceName) => join(folder, `${name}.running`);
export const logOf = (folder: string, name: ServiceName) => join(folder, `${name}.log`);

/** Says which ports the services have; those of the last start, unless something else took them. */
export async function prepareServices(folder: string): Promise<Services> {
  mkdirSync(folder, { recursive: true });
  const before = lastPorts(folder);
  const services: Services = {
    stackPid: process.pid,
    ports: { shop: await freePort(before?.shop), storefront: await freePort(before?.storefront) },
  };
  writeFileSync(fileOf(folder), JSON.stringify(services));
  // Short, because people read in the thread what was run.
  const program = [process.execPath, serviceProgram].map((path) => `'${path.replaceAll("'", "'\\''")}'`).join(' ');
  writeFileSync(join(folder, 'service'), `#!/bin/sh\nexec ${program} "$1" "$2" "$PWD"\n`, { mode: 0o755 });
  return services;
}

/** Starts it in a process of its own, which outlives the program that asked; one that runs already makes room. */
export function startService(folder: string, name: ServiceName): void {
  const word = `${process.pid}-${Date.now()}`;
  writeFileSync(wordOf(folder, name), word);
  const output = openSync(logOf(folder, name), 'a', 0o600);
  const service = spawn(process.execPath, [serviceProgram, 'serve', name, folder, word], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  service.unref();
}

export function stopService(folder: string, name: ServiceName): void {
  rmSync(wordOf(folder, name), { force: true });
}

function lastPorts(folder: string): Services['ports'] | undefined {
  try {
    return readServices(folder).ports;
  } catch {
    return undefined;
  }
}

/** `wanted` if nothing listens there, else any free one. */
async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  try {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : freePort();
  } catch (error) {
    if (wanted === 0) throw error;
    return freePort();
  } finally {
    server.close();
  }
}
