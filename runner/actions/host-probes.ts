import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { basename } from 'node:path';
import type { Systeminformation } from 'systeminformation';
import { programEnvironment } from '../program-environment.ts';
import { runProgram } from '../run-program.ts';
import { type Probe, probe } from './probe.ts';

/** Fuller than this is bad. */
const fullPercent = 90;
/** More than this of waiting work a core is bad. */
const loadPerCore = 2;
/** File systems that are always full, or no disk. */
const noDisk = /^(?:squashfs|iso9660|overlay|tmpfs|devtmpfs|proc|sysfs|cgroup2?|efivarfs)$/;

/** Units of systemd where it knows them, else processes of this name; one look at all processes for all services. */
export function serviceProbes(names: readonly string[]): Probe[] {
  let looked: Promise<Systeminformation.ProcessesData> | undefined;
  return names.map((name) =>
    probe(`service ${name}`, async () => {
      const unit = await unitState(name);
      if (unit) return { state: unit === 'active' ? 'good' : 'bad', found: `${unit}, says systemd` };
      looked ??= import('systeminformation').then(({ processes }) => processes());
      const found = (await looked).list.filter((process) => process.name === name || basename(process.path) === name);
      if (found.length === 0) return { state: 'bad', found: 'not running' };
      const pids = found.slice(0, 3).map(({ pid }) => pid);
      return { state: 'good', found: `running (process ${pids.join(', ')}${found.length > 3 ? ', …' : ''})` };
    }),
  );
}

/** Undefined: there is no systemd here, or it knows no such unit. */
async function unitState(name: string): Promise<string | undefined> {
  const args = ['systemctl', 'show', '--property', 'LoadState', '--property', 'ActiveState', '--', name];
  const { exitCode, printed } = await runProgram(args, {
    cwd: '/',
    env: programEnvironment(process.env, []),
    limits: { timeoutMs: 5000, outputLimitBytes: 100_000 },
  });
  if (exitCode !== 0 || !/^LoadState=loaded$/m.test(printed)) return undefined;
  return /^ActiveState=(.+)$/m.exec(printed)?.[1];
}

/** One look at all listening sockets for all ports. */
export function portProbes(ports: readonly number[]): Probe[] {
  let looked: Promise<Systeminformation.NetworkConnectionsData[]> | undefined;
  return ports.map((port) =>
    probe(`port ${port}`, async () => {
      looked ??= import('systeminformation').then(({ networkConnections }) => networkConnections());
      const listening = (await looked).filter(
        ({ state, localPort }) => state === 'LISTEN' && Number(localPort) === port,
      );
      if (listening.length === 0) return { state: 'bad', found: 'nobody listens' };
      const who = listening.map(({ process, pid }) =>
        process ? `${process} (process ${pid})` : 'a process of another user',
      );
      return { state: 'good', found: `${[...new Set(who)].join(', ')} listens` };
    }),
  );
}

export const diskProbe: Probe = probe('disk', async () => {
  const { fsSize } = await import('systeminformation');
  const all = await fsSize();
  const disks = all.filter(({ type, size }) => size > 0 && !noDisk.test(type));
  const shown = disks.length > 0 ? disks : all.filter(({ mount }) => mount === '/');
  return shown
    .sort((a, b) => b.use - a.use)
    .slice(0, 8)
    .map(({ mount, use, available }) => ({
      what: `disk ${mount}`,
      state: use >= fullPercent ? 'bad' : 'good',
      found: `${Math.round(use)} % full, ${gigabytes(available)} free`,
    }));
});

export const memoryProbe: Probe = probe('memory', async () => {
  const { mem } = await import('systeminformation');
  const { total, available } = await mem().catch(() => ({ total: totalmem(), available: freemem() }));
  const free = (100 * available) / total;
  return {
    state: free < 100 - fullPercent ? 'bad' : 'good',
    found: `${gigabytes(available)} of ${gigabytes(total)} available`,
  };
});

export const loadProbe: Probe = probe('load', async () => {
  const cores = availableParallelism();
  const [one = 0, five = 0] = loadavg();
  const found = `${one.toFixed(1)} now, ${five.toFixed(1)} over 5 minutes, ${cores} cores`;
  return { state: five > cores * loadPerCore ? 'bad' : 'good', found };
});

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
