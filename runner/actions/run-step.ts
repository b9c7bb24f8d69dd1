import { homedir } from 'node:os';
import type { Program } from '../config.ts';
import type { RunJournal } from '../journal.ts';
import { maskArguments } from '../mask-arguments.ts';
import { programEnvironment } from '../program-environment.ts';
import { type ProgramResult, runProgram } from '../run-program.ts';
import type { WorkSite } from './action.ts';

/** What it prints is shown so often while it runs, and less often the longer it takes. */
const showMs = { first: 2000, most: 10_000 };

/**
 * Runs a program that runner.yml names, alone: nothing of it is reported. One that a killed runner leaves is ended by the next;
 * what a program left running after its own end stays.
 */
export function runConfigured(
  program: Program,
  journal: Pick<RunJournal, 'write'>,
  watch: Pick<Parameters<typeof runProgram>[1], 'onOutput'> = {},
): Promise<ProgramResult> {
  return runProgram(program.command, {
    cwd: program.folder ?? homedir(),
    env: programEnvironment(process.env, program.environment),
    limits: { timeoutMs: program.timeoutSeconds * 1000, outputLimitBytes: program.outputLimitBytes },
    onStart: (child) => journal.write({ kind: 'child', ...child }),
    onEnd: (child) => journal.write({ kind: 'childEnded', ...child }),
    ...watch,
  });
}

export interface Judged {
  isGood: boolean;
  /** In a line, for people. */
  how: string;
}

/**
 * Runs a program as a step of a run: its start, the last lines while it runs, its end. It ends well when `judge` says so; by its
 * exit code when left out.
 */
export async function runStep(
  program: Program,
  name: string,
  site: Pick<WorkSite, 'tell' | 'show' | 'journal'>,
  judge: (result: ProgramResult) => Promise<Judged> = byExitCode,
): Promise<ProgramResult & Judged> {
  const shown = showProgram(program);
  const begun = performance.now();
  await site.tell({ name, state: 'started', detail: shown });
  const live = showNowAndThen((outputTail) => site.show({ name, state: 'started', detail: shown, outputTail }));
  const result = await runConfigured(program, site.journal, { onOutput: live.take });
  await live.stop();
  const { isGood, how } = await judge(result);
  const output = result.outputTail.trim();
  await site.tell({
    name,
    state: isGood ? 'done' : 'failed',
    detail: `${shown}: ${how}`,
    durationMs: Math.round(performance.now() - begun),
    ...(!isGood && output !== '' && { outputTail: output }),
  });
  return { ...result, isGood, how };
}

const byExitCode = async ({ exitCode, how }: ProgramResult): Promise<Judged> => ({ isGood: exitCode === 0, how });

/** A program's command as people may read it. */
export const showProgram = ({ command }: Pick<Program, 'command'>) => maskArguments(command).join(' ');

/** Passes on what stands there when it is new, at most once in a while, and never two at a time. */
function showNowAndThen(show: (tail: string) => Promise<void>) {
  let wait: number = showMs.first;
  let next = performance.now() + wait;
  let fresh: (() => string) | undefined;
  let showing = Promise.resolve();
  let isShowing = false;
  const timer = setInterval(() => {
    if (!fresh || isShowing || performance.now() < next) return;
    isShowing = true;
    wait = Math.min(wait * 1.2, showMs.most);
    next = performance.now() + wait;
    const tail = fresh().trimEnd();
    fresh = undefined;
    showing = show(tail).finally(() => {
      isShowing = false;
    });
  }, 250);
  return {
    take(tail: () => string) {
      fresh = tail;
    },
    /** Nothing is shown after this. */
    stop(): Promise<void> {
      clearInterval(timer);
      return showing;
    },
  };
}
