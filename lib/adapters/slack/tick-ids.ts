import { z } from 'zod';
import { ComponentName } from '../../signal/signal.ts';
import { limits } from './limits.ts';

/** What check boxes stand for; their options' values are places in the list. Carried by the block, since they have no value. */
const Boxes = z.object({
  component: ComponentName,
  number: z.int().min(1),
  /** Those of them that were shown as ticked: what differs from it was pressed, whatever others pressed meanwhile. */
  shown: z.array(z.int().min(0)).max(100),
  /** Anew each time that they are drawn: else Slack goes on showing what a person pressed, also when it was refused. */
  drawn: z.string().max(40),
});
type Boxes = z.infer<typeof Boxes>;

const prefix = 'ticks';

export function encodeTicks({ component, number, shown, drawn }: Boxes): string {
  const blockId = [prefix, component, number, shown.join('.'), drawn].join('/');
  if (blockId.length > limits.blockId) throw new Error(`the id of check boxes has ${blockId.length} characters`);
  return blockId;
}

/** Undefined for what is not our check boxes. */
export function decodeTicks({
  block_id = '',
  selected_options = [],
}: {
  block_id?: string | undefined;
  selected_options?: { value: string }[] | undefined;
}): { component: string; number: number; on: number[]; off: number[] } | undefined {
  // A component's name may have slashes of its own.
  const [kind, ...parts] = block_id.split('/');
  const [number, shown = '', drawn] = parts.slice(-3);
  const component = parts.slice(0, -3).join('/');
  const numbers = (texts: string[]) => texts.filter((text) => text !== '').map(Number);
  const parsed = Boxes.safeParse({ component, number: Number(number), shown: numbers(shown.split('.')), drawn });
  const pressed = z
    .array(z.int().min(0))
    .max(100)
    .safeParse(numbers(selected_options.map(({ value }) => value)));
  if (kind !== prefix || !parsed.success || !pressed.success) return undefined;
  return {
    component: parsed.data.component,
    number: parsed.data.number,
    on: pressed.data.filter((place) => !parsed.data.shown.includes(place)),
    off: parsed.data.shown.filter((place) => !pressed.data.includes(place)),
  };
}
