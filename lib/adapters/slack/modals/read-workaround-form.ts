import { readEntered } from './entered.ts';
import { dayProblem, endOfDay } from './removal-day.ts';
import { knownValue, typed, workaroundForm } from './workaround-modal.ts';

export interface WorkaroundEntry {
  text: string;
  action?: string;
  original?: string;
  owner?: string;
  removeBy: string;
}

export function readWorkaround(
  values: unknown,
  { known, now }: { known: { title: string; action?: string | undefined }[]; now: Date },
): { draft: WorkaroundEntry } | { errors: Record<string, string> } {
  const entered = readEntered(values);
  const words = entered.words(workaroundForm.text);
  const choice = entered.choice(workaroundForm.known);
  const chosen = choice && choice !== typed ? known.find(({ title }) => knownValue(title) === choice) : undefined;
  const removeBy = endOfDay(entered.date(workaroundForm.removeBy));
  const errors = {
    ...(choice &&
      choice !== typed &&
      !chosen && { [workaroundForm.known]: 'kintsugi.yml does not name it any more. Choose another.' }),
    ...(chosen &&
      words && {
        [workaroundForm.text]: 'Either a known one or your own words: choose “Something else” above, or empty this.',
      }),
    ...(!choice && !words && { [workaroundForm.text]: 'Say what you do instead.' }),
    ...(choice === typed &&
      !words && { [workaroundForm.text]: 'Say what you do instead, or choose a known one above.' }),
    ...dayProblem(removeBy, now),
  };
  const text = chosen?.title ?? words;
  if (Object.keys(errors).length > 0 || !removeBy) return { errors };
  const original = entered.words(workaroundForm.original);
  const owner = entered.person(workaroundForm.owner);
  return {
    draft: {
      text,
      removeBy: removeBy.toISOString(),
      ...(chosen?.action && { action: chosen.action }),
      ...(original && { original }),
      ...(owner && { owner }),
    },
  };
}
