import { spawn } from 'node:child_process';

/** Kills the processes it was told of when this process is gone, however it went. */
export interface OrphanGuard {
  watch(pids: (number | undefined)[]): void;
  stop(): void;
}

/**
 * A frozen process cannot notice that its host died, and would stay for ever. A small shell outlives the host, sees the
 * end of its input and kills what was last on the list.
 */
export function startOrphanGuard(): OrphanGuard {
  if (process.platform === 'win32') return { watch() {}, stop() {} };
  const script = 'trap \'\' INT TERM HUP; while read -r line; do pids=$line; done; [ -z "$pids" ] || kill -KILL $pids';
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    watch(pids) {
      shell.stdin.write(`${pids.filter((pid) => pid !== undefined).join(' ')}\n`);
    },
    stop() {
      shell.stdin.end('\n');
    },
  };
}
