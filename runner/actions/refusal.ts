import { GitRefusal } from '../git/git-refusal.ts';

/** Why the runner will not do a run, and what a person can do about it. Nothing was touched. */
export interface Refusal {
  code: string;
  reason: string;
  advice: string;
}

/** What went wrong, in words for people, whatever was thrown. */
export function explain(error: unknown): Refusal {
  if (error instanceof GitRefusal) {
    const said = ['git_failed', 'ref_locked'].includes(error.code)
      ? ` ${String(error.evidence.said ?? '')}`.trimEnd()
      : '';
    return { code: error.code, reason: `${endSentence(error.message)}${said}`, advice: error.whatToDo };
  }
  const known = ofTheDisk[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (known) return known;
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: 'runner_error',
    reason: `Something broke in the runner: ${endSentence(text)}`,
    advice: "Look at the runner's log on its host.",
  };
}

const noRoom: Refusal = {
  code: 'disk_full',
  reason: 'The disk is full.',
  advice: 'Free some space on it, then try again.',
};
const noRight: Refusal = {
  code: 'not_writable',
  reason: 'The runner may not write there.',
  advice: 'Give the user that it runs as the right to, then try again.',
};

/** What the system says of a disk, whoever asked. */
const ofTheDisk: Readonly<Record<string, Refusal>> = {
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  EACCES: noRight,
  EPERM: noRight,
  EROFS: {
    code: 'read_only',
    reason: 'The disk is read-only.',
    advice: 'Mount it so that it can be written, then try again.',
  },
};

const endSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
