import { setTimeout as pause } from 'node:timers/promises';
import type { WorkTreeConfig } from '../config.ts';
import type { WorkSite } from './action.ts';
import { runStep } from './run-step.ts';

const outputLimitBytes = 64_000_000;

export type Verdict =
  | { kind: 'works'; how: string }
  | { kind: 'fails'; how: string; attempts: number }
  | { kind: 'stopped' };

/** `isStopping`: true once the runner was asked to stop. The step at hand is finished, the next one is left to the next start. */
type VerifySite = Pick<WorkSite, 'tell' | 'show' | 'journal' | 'isStopping'>;

/** Does what failed once more, if that is configured, and checks it: as often as configured, waiting longer each time. */
export async function verify(tree: WorkTreeConfig, site: VerifySite): Promise<Verdict> {
  const { attempts, backoffSeconds, command } = tree.retry;
  const { environment, timeoutSeconds } = tree.check;
  const program = { folder: tree.path, environment, timeoutSeconds, outputLimitBytes };
  let how = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (site.isStopping()) return { kind: 'stopped' };
    const turn = attempts > 1 && attempt > 1 ? `, attempt ${attempt} of ${attempts}` : '';
    const again = command && (await runStep({ ...program, command }, `Run again${turn}`, site));
    if (site.isStopping() && command) return { kind: 'stopped' };
    const checked =
      again && again.exitCode !== 0
        ? again
        : await runStep({ ...program, command: tree.check.command }, `Check${turn}`, site);
    if (checked.exitCode === 0) return { kind: 'works', how: checked.how };
    how = checked.how;
    if (attempt < attempts) await waitUnlessStopping(backoffSeconds * 1000 * 2 ** (attempt - 1), site);
  }
  return { kind: 'fails', how, attempts };
}

export async function waitUnlessStopping(ms: number, { isStopping }: Pick<VerifySite, 'isStopping'>): Promise<void> {
  const end = performance.now() + ms;
  while (!isStopping() && performance.now() < end) await pause(Math.min(200, Math.max(0, end - performance.now())));
}
