import { setTimeout as pause } from 'node:timers/promises';

/** Tells every process of the group that `pid` began. False when none is left that could be told. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Ends a whole group: politely, and what is left of it after a while the hard way. */
export async function endGroup(pid: number, graceMs: number): Promise<void> {
  const end = performance.now() + graceMs;
  for (let isLeft = signalGroup(pid, 'SIGTERM'); isLeft; isLeft = signalGroup(pid, 0)) {
    if (performance.now() >= end) return void signalGroup(pid, 'SIGKILL');
    await pause(Math.min(50, graceMs));
  }
}
