import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Which boot, and when in it the kernel says that it began: tells it from a later process with the same number. Empty where nobody says. */
  birth: string;
}

export function identify(pid: number): ProcessIdentity {
  const stat = readStat(pid);
  return { pid, birth: stat && boot() ? `${boot()}-${stat.began}` : '' };
}

/** Is this very process still there? Where births are unknown, its number has to do. */
export function isAlive({ pid, birth }: ProcessIdentity): boolean {
  if (birth !== '' && boot() !== '') return identify(pid).birth === birth && readStat(pid)?.isDead === false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What is left of the process group that this process led, itself gone or not. Only Linux can say. */
export function membersOfGroup({ pid, birth }: ProcessIdentity): number[] {
  const leader = identify(pid).birth;
  // The number belongs to somebody else by now: the kernel gives it out again only when its group is gone, too.
  if (birth === '' || (leader !== '' && leader !== birth) || !birth.startsWith(`${boot()}-`)) return [];
  const began = Number(birth.slice(birth.lastIndexOf('-') + 1));
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    return stat && !stat.isDead && stat.group === pid && stat.session === pid && stat.began >= began
      ? [Number(name)]
      : [];
  });
}

function readStat(pid: number): { isDead: boolean; group: number; session: number; began: number } | undefined {
  try {
    // The name in brackets may hold spaces; what follows is counted from behind it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie is dead, and only waits for its parent to notice.
    const isDead = fields[0] === 'Z' || fields[0] === 'X';
    return { isDead, group: Number(fields[2]), session: Number(fields[3]), began: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

let knownBoot: string | undefined;
function boot(): string {
  try {
    knownBoot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    knownBoot = '';
  }
  return knownBoot;
}
