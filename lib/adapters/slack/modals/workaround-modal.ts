import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Failure } from '../../../failure/failure.ts';
import { isPerson } from '../../../failure/ids.ts';
import type { Mention } from '../../../policy/policy.ts';
import { workedWords } from '../../../recovery/outcome-words.ts';
import type { RankedWorkaround } from '../../../recovery/rank-workarounds.ts';
import { usualDays } from '../../../recovery/workaround.ts';
import { clip, clipMrkdwn, escapeAndClip, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import { form, input, option, paragraph, plain, smallPrint } from './form-parts.ts';
import { dayAfter, removeByField } from './removal-day.ts';

export const workaroundForm = {
  callbackId: 'kintsugi.workaround',
  known: 'known',
  text: 'text',
  original: 'original',
  owner: 'owner',
  removeBy: removeByField,
} as const;

/** Slack takes no more options in one menu, and nobody reads them. */
const mostKnown = 20;
export const typed = 'typed';

/** What to do instead for now. What works most often stands first; the rest is said by hand. */
export function workaroundModal(
  failure: Failure,
  {
    known,
    usualOwner,
    now,
    runner,
    approvals,
  }: {
    known: RankedWorkaround[];
    usualOwner: Mention | undefined;
    now: Date;
    /** Where its action runs, and how many other people must approve that. */
    runner: string | undefined;
    approvals: number;
  },
): ModalView {
  const runs = known.slice(0, mostKnown).filter(({ action }) => action !== undefined);
  const { id, component, title, acknowledgedBy } = { acknowledgedBy: undefined, ...failure };
  return form({
    callbackId: workaroundForm.callbackId,
    title: `Workaround ${id}`,
    submit: runs.length > 0 ? 'Run or write down' : 'Write it down',
    metadata: { failureId: id, episode: failure.episode },
    blocks: [
      paragraph(`*${escapeAndClip(component, 64)}*: ${escapeAndClip(oneLine(title), 300)}`),
      ...knownChoice(known),
      ...whatRuns(runs, { runner, approvals }),
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

/** What a known one does, said before it is sent. Its command is the host's: nothing here may name another. */
function whatRuns(
  runs: RankedWorkaround[],
  { runner = 'its host', approvals }: { runner: string | undefined; approvals: number },
): KnownBlock[] {
  if (runs.length === 0) return [];
  const lines = runs.map(
    ({ title, action = '' }) => `• ${escapeAndClip(oneLine(title), 150)}: \`${escapeAndClip(action, 64)}\``,
  );
  const when =
    approvals === 0
      ? 'at once'
      : `as soon as ${approvals === 1 ? 'one other person has' : `${approvals} other people have`} approved it`;
  const where = escapeAndClip(oneLine(runner), 64);
  return [
    paragraph(
      clipMrkdwn(
        `⚠️ *Runs on ${where} ${when}*, an action of the \`runner.yml\` there. Its steps are shown in the thread.\n${lines.join('\n')}`,
        2900,
      ),
    ),
  ];
}

function knownOption({ title, action, worked, tried }: RankedWorkaround): PlainTextOption {
  const record = tried > 0 ? workedWords({ worked, tried }) : 'not tried here yet';
  const how = action ? `runs ${action} on the host, ${record}` : 'only written down, somebody does it by hand';
  return option(oneLine(title), knownValue(title), how);
}

/** Its title, not its place: kintsugi.yml may change while somebody looks at the form. */
export function knownValue(title: string): string {
  return clip(`known:${title}`, limits.optionValue);
}
