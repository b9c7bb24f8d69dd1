import { z } from 'zod';
import { FailureFilter } from '../../failure/failure-query.ts';
import { GateScope } from '../../gate/gate-scope.ts';
import { BundleId } from '../../noise/bundle.ts';
import { ComponentName } from '../../signal/signal.ts';
import { Priority, WorkItemId } from '../../work/work-item.ts';
import { limits } from './limits.ts';
import { decodeTicks } from './tick-ids.ts';

/** What `/failure queue` shows: carried by its buttons, so that a page can be drawn again. */
export const QueueQuery = z.object({ component: ComponentName.optional(), after: z.string().max(1000).optional() });
export type QueueQuery = z.infer<typeof QueueQuery>;

/** What `/failure search` shows; `trail`: where the pages before this one begin. */
export const SearchQuery = z.object({
  words: z.string().max(300),
  filter: FailureFilter.exactOptional(),
  from: z.int().min(0).exactOptional(),
  trail: z.array(z.int().min(0)).max(20).exactOptional(),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

/** What `/failure gate` shows. */
export const GateQuery = z.object({ scope: GateScope.optional() });
export type GateQuery = z.infer<typeof GateQuery>;

/** What *Show them* shows; `from`: how many come before this page. */
export const BundleQuery = z.object({ bundle: BundleId, from: z.int().min(0).max(100_000).optional() });
export type BundleQuery = z.infer<typeof BundleQuery>;

/** `was`: the priority that the button was drawn for. A second press, or one on an old list, moves nothing. */
const move = { id: WorkItemId, was: Priority, query: QueueQuery };

const checklist = { component: ComponentName, number: z.int().min(1) };
const Places = z.array(z.int().min(0)).max(100);

/** The buttons of the queue and of the gates; those of a failure are in action-ids.ts. */
export const ToolAction = z.discriminatedUnion('do', [
  z.object({ do: z.literal('queue-page'), query: QueueQuery }),
  z.object({ do: z.literal('work-up'), ...move }),
  z.object({ do: z.literal('work-top'), ...move }),
  /** Opens a form. */
  z.object({ do: z.literal('work-priority'), id: WorkItemId }),
  /** `shutAt`: which shutting it was drawn for. */
  z.object({
    do: z.literal('gate-open'),
    scope: GateScope,
    id: z.string().max(120),
    shutAt: z.iso.datetime().exactOptional(),
    query: GateQuery,
  }),
  z.object({ do: z.literal('search-next'), query: SearchQuery }),
  z.object({ do: z.literal('search-back'), query: SearchQuery }),
  /** In the app's Home tab. */
  z.object({ do: z.literal('home-refresh') }),
  /** Opens a form. */
  z.object({ do: z.literal('home-report') }),
  /** Opens a form. */
  z.object({ do: z.literal('gate-shut'), scope: GateScope }),
  /** What is in a storm or mute, page by page. */
  z.object({ do: z.literal('bundle-page'), query: BundleQuery }),
  z.object({ do: z.literal('bundle-back'), query: BundleQuery }),
  /** Opens a form. */
  z.object({ do: z.literal('mute-open'), component: ComponentName }),
  z.object({ do: z.literal('unmute'), component: ComponentName }),
  z.object({ do: z.literal('checklist-start'), component: ComponentName }),
  /** Check boxes: places that were ticked, and that were taken away. */
  z.object({ do: z.literal('checklist-tick'), ...checklist, on: Places, off: Places }),
  /** Closes this one first. */
  z.object({ do: z.literal('checklist-anew'), ...checklist }),
  z.object({ do: z.literal('checklist-close'), ...checklist }),
]);
export type ToolAction = z.infer<typeof ToolAction>;
/** Check boxes say what they stand for in another way (tick-ids.ts). */
export type ToolButton = Exclude<ToolAction, { do: 'checklist-tick' }>;

const prefix = 'kintsugi.tool.';
/** Check boxes have no value; what they stand for is in the id of their block. */
export const ticksActionId = `${prefix}checklist-tick`;

/** The meaning of a button. Slack wants ids of one block to differ: what is in one block differs in what it does. */
export function encodeToolAction(action: ToolButton): {
  action_id: string;
  value: string;
} {
  const { do: verb, ...rest } = action;
  const value = JSON.stringify(rest);
  if (value.length > limits.buttonValue)
    throw new Error(`the value of a ${verb} button has ${value.length} characters`);
  return { action_id: prefix + verb, value };
}

/** Undefined for what is not one of these buttons, or of a version that is gone. */
export function decodeToolAction({
  action_id,
  value,
  ...boxes
}: {
  action_id: string;
  value?: string | undefined;
} & Parameters<typeof decodeTicks>[0]): ToolAction | undefined {
  if (!action_id.startsWith(prefix)) return undefined;
  if (action_id === ticksActionId) {
    const ticks = decodeTicks(boxes);
    return ticks && { do: 'checklist-tick', ...ticks };
  }
  try {
    const rest: unknown = JSON.parse(value ?? '');
    const parsed = ToolAction.safeParse({ ...(rest as object), do: action_id.slice(prefix.length) });
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
