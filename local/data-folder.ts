import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import path from 'node:path';
import { StackError } from './stack-error.ts';

export interface ClaimedFolder {
  release(): Promise<void>;
}

/**
 * Makes the data folder and takes it for this process. The lock names a loopback port and a token: only a stack that
 * still runs answers there with that token, so a lock that a crash left behind is nobody's.
 */
export async function claimDataFolder(dir: string): Promise<ClaimedFolder> {
  const lock = path.join(dir, 'stack.lock');
  const token = randomUUID();
  const server = createServer((socket) => socket.on('error', () => {}).end(token));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  try {
    makeFolder(dir);
    await refuseIfHeld(lock, dir);
    writeFileSync(lock, JSON.stringify({ pid: process.pid, port: (server.address() as AddressInfo).port, token }));
  } catch (error) {
    server.close();
    if (error instanceof StackError) throw error;
    throw new StackError(
      `The data folder ${dir} cannot be written (${(error as NodeJS.ErrnoException).code}): choose another with --data DIR.`,
      {
        cause: error,
      },
    );
  }
  return {
    async release() {
      rmSync(lock, { force: true });
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Folder by folder: Node's own recursive mkdir never ends where the system answers ENOENT to a folder that may not be made (/proc). */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  const parent = path.dirname(dir);
  if (parent !== dir) makeFolder(parent);
  mkdirSync(dir);
}

async function refuseIfHeld(lock: string, dir: string): Promise<void> {
  let held: { pid: number; port: number; token: string };
  try {
    held = JSON.parse(readFileSync(lock, 'utf8'));
  } catch (error) {
    // No lock, or one whose writing was cut short.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await ask(held.port)) === held.token) {
    throw new StackError(
      `The data folder ${dir} is in use by another running Kintsugi (process ${held.pid}): stop that, or choose another with --data DIR.`,
    );
  }
}

/** What answers on a loopback port within half a second. */
function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(500, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8').slice(0, 100);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
