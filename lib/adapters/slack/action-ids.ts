import { z } from 'zod';
import { FailureId } from '../../failure/failure.ts';
import { Level } from '../../signal/signal.ts';
import { limits } from './limits.ts';

/** What `/failure list` shows: carried by its buttons, so that a page can be drawn again. */
export const ListQuery = z.object({
  minLevel: Level.optional(),
  component: z.string().max(64).optional(),
  after: z.string().max(1500).optional(),
});
export type ListQuery = z.infer<typeof ListQuery>;

const subject = {
  failureId: FailureId,
  /** The episode that the button was drawn for: an old card's button never acts on a new episode. */
  episode: z.int().min(1),
  /** Where the button stands decides where the change is shown. */
  from: z.discriminatedUnion('place', [
    z.object({ place: z.literal('card') }),
    z.object({ place: z.literal('show') }),
    z.object({ place: z.literal('list'), query: ListQuery }),
  ]),
};

export const Action = z.discriminatedUnion('do', [
  z.object({ do: z.literal('acknowledge'), ...subject }),
  z.object({ do: z.literal('rollback'), ...subject }),
  z.object({ do: z.literal('resolve'), ...subject }),
  z.object({ do: z.literal('reopen'), ...subject }),
  z.object({ do: z.literal('list-page'), query: ListQuery }),
]);
export type Action = z.infer<typeof Action>;

const prefix = 'kintsugi.';

/** The meaning of a button, in the two strings that Slack gives back. */
export function encodeAction(action: Action): { action_id: string; value: string } {
  const { do: verb, ...rest } = action;
  const value = JSON.stringify(rest);
  if (value.length > limits.buttonValue)
    throw new Error(`the value of a ${verb} button has ${value.length} characters`);
  return { action_id: prefix + verb, value };
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
    const parsed = Action.safeParse({ ...(rest as object), do: action_id.slice(prefix.length) });
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
} as const;
