/**
 * One clock for a test and every process that it starts, which can be moved ahead: what waits for three minutes
 * (visibility, leases, fences, heartbeats) is due at once, and nobody's code knows. The clock's lead stands in a file that
 * all of them read; a function's process gets this module through NODE_OPTIONS.
 */
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const variable = 'KINTSUGI_TEST_CLOCK';
const digits = 15;

const inherited = process.env[variable];
const file = inherited ?? path.join(mkdtempSync(path.join(tmpdir(), 'kintsugi-clock-')), 'lead');
const opened = openSync(file, inherited ? 'r' : 'w+');
if (!inherited) write(0);

const machine = Date;
const buffer = Buffer.alloc(digits);
const now = (): number => machine.now() + lead();
globalThis.Date = new Proxy(machine, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

function lead(): number {
  readSync(opened, buffer, 0, digits, 0);
  return Number(buffer.toString('latin1'));
}

function write(ms: number): void {
  writeSync(opened, String(ms).padStart(digits, '0'), 0, 'latin1');
}

/** Moves the clock of all processes ahead. */
export function letPass(seconds: number): void {
  write(lead() + seconds * 1000);
}

/** The clock runs on; nobody can join it any more. */
export function removeClockFile(): void {
  if (!inherited) rmSync(path.dirname(file), { recursive: true, force: true });
}

/** Makes a function's process read this clock. */
export const clockEnvironment = {
  [variable]: file,
  NODE_OPTIONS: `--import=${import.meta.url}`,
};
