import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { type Failure, isPerson } from '../../../failure/failure.ts';
import type { Mention } from '../../../policy/policy.ts';
import type { RankedWorkaround } from '../../../recovery/rank-workarounds.ts';
import { longestDays, usualDays } from '../../../recovery/workaround.ts';
import { clip, escapeAndClip, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import { readEntered } from './entered.ts';
import { form, input, option, paragraph, plain, smallPrint } from './form-parts.ts';

export const workaroundForm = {
  callbackId: 'kintsugi.workaround',
  known: 'known',
  text: 'text',
  original: 'original',
  owner: 'owner',
  removeBy: 'remove-by',
} as const;

/** Slack takes no more options in one menu, and nobody reads them. */
const mostKnown = 20;
const typed = 'typed';

/** What to do instead for now. What works most often stands first; the rest is said by hand. */
export function workaroundModal(
  failure: Failure,
  { known, usualOwner, now }: { known: RankedWorkaround[]; usualOwner: Mention | undefined; now: Date },
): ModalView {
  const { id, component, title, acknowledgedBy } = { acknowledgedBy: undefined, ...failure };
  return form({
    callbackId: workaroundForm.callbackId,
    title: `Workaround ${id}`,
    submit: 'Go on with it',
    metadata: { failureId: id, episode: failure.episode },
    blocks: [
      paragraph(`*${escapeAndClip(component, 64)}*: ${escapeAndClip(oneLine(title), 300)}`),
      ...knownChoice(known),
      input(
        workaroundForm.text,
        known.length > 0 ? 'Or in your own words' : 'What do you do instead?',
        { type: 'plain_text_input', action_id: workaroundForm.text, multiline: true, max_length: 1000 },
        { optional: known.length > 0, hint: 'What you type is written down and shown. It is never executed.' },
      ),
      input(
        workaroundForm.original,
        'What was the plan before?',
        { type: 'plain_text_input', action_id: workaroundForm.original, multiline: true, max_length: 1000 },
        { optional: true, hint: 'So that whoever removes the workaround knows what to go back to.' },
      ),
      input(
        workaroundForm.owner,
        'Who sees to it that it goes again?',
        {
          type: 'users_select',
          action_id: workaroundForm.owner,
          ...(acknowledgedBy && isPerson(acknowledgedBy) && { initial_user: acknowledgedBy }),
          placeholder: plain(`${ownerWords(usualOwner)}, unless you choose somebody`),
        },
        { optional: true },
      ),
      input(workaroundForm.removeBy, 'Gone by', {
        type: 'datepicker',
        action_id: workaroundForm.removeBy,
        initial_date: dayAfter(now, usualDays),
      }),
      smallPrint('It goes onto the queue as technical debt. Its owner is reminded before that day.'),
    ],
  });
}

/** An id says nothing to people. */
function ownerWords(owner: Mention | undefined): string {
  if (!owner) return 'You';
  return owner.startsWith('@') ? clip(owner.slice(1), 60) : 'The component’s owner';
}

function knownChoice(known: RankedWorkaround[]): KnownBlock[] {
  if (known.length === 0) return [];
  const options = known.slice(0, mostKnown).map(knownOption);
  const own = option('Something else', typed, 'In your own words, below');
  const [first] = options;
  return [
    input(
      workaroundForm.known,
      'Known workarounds',
      {
        type: 'static_select',
        action_id: workaroundForm.known,
        options: [...options, own],
        ...(first && { initial_option: first }),
      },
      { hint: 'Each says whether it runs something on the host, and how often it worked.' },
    ),
  ];
}

function knownOption({ title, action, worked, tried }: RankedWorkaround): PlainTextOption {
  const record = tried > 0 ? `worked ${worked} of ${tried}` : 'not tried here yet';
  const how = action ? `runs ${action} on the host, ${record}` : 'only written down, somebody does it by hand';
  return option(oneLine(title), knownValue(title), how);
}

/** Its title, not its place: kintsugi.yml may change while somebody looks at the form. */
function knownValue(title: string): string {
  return clip(`known:${title}`, limits.optionValue);
}

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

export function endOfDay(day: string | undefined): Date | undefined {
  return day ? new Date(`${day}T23:59:59.000Z`) : undefined;
}

export function dayProblem(removeBy: Date | undefined, now: Date): Record<string, string> {
  const at = workaroundForm.removeBy;
  if (!removeBy || Number.isNaN(removeBy.getTime())) return { [at]: 'Choose the day on which it is to be gone.' };
  if (removeBy <= now) return { [at]: 'That day is over. Choose one to come.' };
  const isFar = removeBy.getTime() - now.getTime() > longestDays * 86_400_000;
  return isFar ? { [at]: tooLongText } : {};
}

export const tooLongText = 'A workaround is not for ever: choose a day within a year.';

export function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
