import { z } from 'zod';
import { FailureFilter } from '../../failure/failure-query.ts';
import { FailureId, RunId } from '../../failure/ids.ts';
import { limits } from './limits.ts';

/** Slack takes 2,000 characters in a button. */
export const mostBack = 3;

/** What `/failure list` shows: carried by its buttons, so that a page can be drawn again. */
export const ListQuery = FailureFilter.extend({
  after: z.string().max(400).exactOptional(),
  /** Where the pages before this one began, the first one left out: the way back. */
  trail: z.array(z.string().max(400)).max(mostBack).exactOptional(),
});
export type ListQuery = z.infer<typeof ListQuery>;

const subject = {
  failureId: FailureId,
  /** The episode that the button was drawn for: an old card's button never acts on a new episode. */
  episode: z.int().min(1),
  /** Where the button stands decides where the change is shown. */
  from: z.discriminatedUnion('place', [
    z.object({ place: z.literal('card') }),
    z.object({ place: z.literal('thread') }),
    /** The modal behind *More…*. */
    z.object({ place: z.literal('more') }),
    z.object({ place: z.literal('show') }),
    /** The app's Home tab. */
    z.object({ place: z.literal('home') }),
    z.object({ place: z.literal('list'), query: ListQuery }),
  ]),
};

/** Only shows what it would do. */
const dryRun = { dryRun: z.literal(true).optional() };
const run = { ...subject, runId: RunId };

export const Action = z.discriminatedUnion('do', [
  z.object({ do: z.literal('acknowledge'), ...subject }),
  z.object({ do: z.literal('reopen'), ...subject }),
  /** Takes it out of the failure that it was merged into. */
  z.object({ do: z.literal('split'), ...subject }),
  z.object({ do: z.literal('rollback'), ...subject, ...dryRun }),
  z.object({ do: z.literal('clean'), ...subject, ...dryRun }),
  z.object({ do: z.literal('shutdown'), ...subject, ...dryRun }),
  z.object({ do: z.literal('restart'), ...subject, ...dryRun }),
  z.object({ do: z.literal('diagnose'), ...subject }),
  /** These open a form. */
  z.object({ do: z.literal('more'), ...subject }),
  z.object({ do: z.literal('resolve'), ...subject }),
  z.object({ do: z.literal('workaround'), ...subject }),
  z.object({ do: z.literal('decompose'), ...subject }),
  z.object({ do: z.literal('regrade'), ...subject }),
  z.object({ do: z.literal('edit'), ...subject }),
  z.object({ do: z.literal('merge'), ...subject }),
  /** What was merged into it, to be split off again. */
  z.object({ do: z.literal('parts'), ...subject }),
  /** About one run, from its messages in the thread. The hash is that of the plan that people read. */
  z.object({ do: z.literal('approve'), ...run, planHash: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.object({ do: z.literal('decline'), ...run }),
  z.object({ do: z.literal('cancel'), ...run }),
  z.object({ do: z.literal('undo'), ...run }),
  z.object({ do: z.literal('list-page'), query: ListQuery }),
  /** The same, beside it. */
  z.object({ do: z.literal('list-back'), query: ListQuery }),
]);
export type Action = z.infer<typeof Action>;

const prefix = 'kintsugi.';
const dryMark = '.dry-run';

/** The meaning of a button, in the two strings that Slack gives back. */
export function encodeAction(action: Action): { action_id: string; value: string } {
  const { do: verb, ...rest } = action;
  const value = JSON.stringify(rest);
  if (value.length > limits.buttonValue)
    throw new Error(`the value of a ${verb} button has ${value.length} characters`);
  // Two buttons beside each other never have the same id.
  return { action_id: `${prefix}${verb}${'dryRun' in action && action.dryRun ? dryMark : ''}`, value };
}

/** Undefined for what is not a button of ours, or of a version that is gone. */
export function decodeAction({
  action_id,
  value,
}: {
  action_id: string;
  value?: string | undefined;
}): Action | undefined {
  if (!action_id.startsWith(prefix)) return undefined;
  try {
    const rest: unknown = JSON.parse(value ?? '');
    const verb = action_id.slice(prefix.length).replace(dryMark, '');
    const parsed = Action.safeParse({ ...(rest as object), do: verb });
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Ids of the report form; Slack gives them back with what was entered. */
export const reportForm = {
  callbackId: 'kintsugi.report',
  component: 'component',
  summary: 'summary',
  details: 'details',
  level: 'level',
  impact: 'impact',
  state: 'state',
  dataImpact: 'data-impact',
  fixes: 'fixes',
  workItem: 'work-item',
} as const;

/** Ids of the shortcuts, as the app manifest declares them. */
export const shortcuts = {
  /** In the menu of a message. */
  reportMessage: 'kintsugi.report-message',
  /** Anywhere. */
  report: 'kintsugi.report-new',
} as const;
