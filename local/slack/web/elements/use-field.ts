import type { ConfirmationDialog } from '@slack/types';
import type { Json } from '../../page-api.ts';
import type { ElementProps } from './element-hooks.ts';
import type { ElementValue } from './element-types.ts';
import { useSurface } from './surface.tsx';

interface Field<Value> {
  value: Value;
  pending: boolean;
  mark: string | undefined;
  /** Keeps the value and, where the element dispatches, tells the app. */
  choose: (value: Value) => Promise<void>;
  /** Keeps the value only. */
  fill: (value: Value) => void;
}

type Actionable = { type: string; action_id?: string; confirm?: ConfirmationDialog };

/** An element that holds a value: what it holds, and what a change of it does. */
export function useField<Value extends ElementValue>({
  element,
  blockId,
  dispatches,
}: ElementProps<Actionable>): Field<Value> {
  const surface = useSurface();
  const actionId = element.action_id ?? '';
  return {
    // stateValues() holds a value of the element's own type for every element that has one.
    value: surface.values[blockId]?.[actionId] as Value,
    pending: surface.isPending(blockId, actionId),
    mark: surface.markOf(blockId, actionId),
    fill: (value) => surface.fill(blockId, actionId, value),
    async choose(value) {
      if (!dispatches) return surface.fill(blockId, actionId, value);
      if (await surface.confirm(element.confirm)) await surface.act(blockId, actionId, value as unknown as Json, value);
    },
  };
}
