import { setTimeout as pause } from 'node:timers/promises';
import type { WorkTreeConfig } from '../config.ts';
import { maskArguments } from '../mask-arguments.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import { programEnvironment } from '../program-environment.ts';
import { type ProgramResult, runProgram } from '../run-program.ts';
import type { TellStep } from './tell-step.ts';

const outputLimitBytes = 64_000_000;

export type Verdict =
  | { kind: 'works'; how: string }
  | { kind: 'fails'; how: string; attempts: number }
  | { kind: 'stopped' };

export interface VerifyOptions {
  tell: TellStep;
  /** True once the runner was asked to stop: the step at hand is finished, the next one is left to the next start. */
  isStopping: () => boolean;
  onStart: (child: ProcessIdentity) => void;
}

/** Does what failed once more, if that is configured, and checks it: as often as configured, waiting longer each time. */
export async function verify(tree: WorkTreeConfig, options: VerifyOptions): Promise<Verdict> {
  const { attempts, backoffSeconds, command } = tree.retry;
  let how = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (options.isStopping()) return { kind: 'stopped' };
    const turn = attempts > 1 && attempt > 1 ? `, attempt ${attempt} of ${attempts}` : '';
    const again = command && (await runStep(tree, command, `Run again${turn}`, options));
    if (options.isStopping() && command) return { kind: 'stopped' };
    const checked =
      again && again.exitCode !== 0 ? again : await runStep(tree, tree.check.command, `Check${turn}`, options);
    if (checked.exitCode === 0) return { kind: 'works', how: checked.how };
    how = checked.how;
    if (attempt < attempts) await waitUnlessStopping(backoffSeconds * 1000 * 2 ** (attempt - 1), options);
  }
  return { kind: 'fails', how, attempts };
}

async function runStep(
  tree: WorkTreeConfig,
  command: readonly string[],
  name: string,
  { tell, onStart }: VerifyOptions,
): Promise<ProgramResult> {
  const shown = maskArguments(command).join(' ');
  await tell({ name, state: 'started', detail: shown });
  const result = await runProgram(command, {
    cwd: tree.path,
    env: programEnvironment(process.env, tree.check.environment),
    limits: { timeoutMs: tree.check.timeoutSeconds * 1000, outputLimitBytes },
    onStart,
  });
  const { exitCode, how, durationMs, outputTail } = result;
  const output = outputTail.trim();
  await tell({
    name,
    state: exitCode === 0 ? 'done' : 'failed',
    detail: `${shown}: ${how}`,
    durationMs,
    ...(exitCode !== 0 && output !== '' && { outputTail: output }),
  });
  return result;
}

export async function waitUnlessStopping(ms: number, { isStopping }: Pick<VerifyOptions, 'isStopping'>): Promise<void> {
  const end = performance.now() + ms;
  while (!isStopping() && performance.now() < end) await pause(Math.min(200, Math.max(0, end - performance.now())));
}
