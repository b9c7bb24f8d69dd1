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
    const said = error.code === 'git_failed' ? ` ${String(error.evidence.said ?? '')}`.trimEnd() : '';
    return { code: error.code, reason: `${endSentence(error.message)}${said}`, advice: error.whatToDo };
  }
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: 'runner_error',
    reason: `Something broke in the runner: ${endSentence(text)}`,
    advice: "Look at the runner's log on its host.",
  };
}

const endSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
