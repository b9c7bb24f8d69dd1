import type { SignalInput } from '../lib/signal/signal.ts';
import { clipMiddle } from '../lib/signal/signal.ts';
import { tellingLines } from './telling-lines.ts';

export interface CommandEnd {
  command: readonly string[];
  exitCode: number;
  /** "exit 1", "killed by SIGKILL", "there is no program `foo`". */
  how: string;
  output: string;
  durationMs: number;
  endedAt: Date;
}

/** What is said of a failed command: the end of its output, and the lines of it that tell most. Secrets must be gone before. */
export function signalOfCommand(
  end: CommandEnd,
  facts: Pick<SignalInput, 'id' | 'component' | 'severity' | 'environment' | 'git' | 'labels' | 'workItem'> & {
    /** What it is about, in somebody's words: of many runs of one command each is told from the others. */
    about?: string;
  },
): SignalInput {
  const told = tellingLines(end.output);
  const command = clipMiddle(end.command.map(quote).join(' '), 120).replace(/\s+/g, ' ');
  const { severity, environment, git, workItem, about, ...named } = facts;
  return {
    version: 1,
    ...named,
    occurredAt: end.endedAt.toISOString(),
    summary: `${about ? `${clipMiddle(about, 150)}: ` : ''}\`${command}\` failed (${end.how})`,
    ...(end.output.trim() !== '' && { details: end.output.trimEnd().slice(-5800) }),
    error: { ...told, ...(!told.message && { message: `${command}: ${end.how}` }), exitCode: end.exitCode },
    durationMs: end.durationMs,
    ...(severity !== undefined && { severity }),
    ...(environment !== undefined && { environment }),
    ...(git && { git }),
    ...(workItem && { workItem }),
  };
}

/** As one would type it in a shell, for people to read. */
function quote(word: string): string {
  return /^(?:[\w@%+=:,./-]|\[redacted [\w -]+\])+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
