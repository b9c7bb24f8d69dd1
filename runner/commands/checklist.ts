import { z } from 'zod';
import { buildBoxes } from '../../lib/checklist/build-boxes.ts';
import { type Checklist, isDone } from '../../lib/checklist/checklist.ts';
import { isHolding } from '../../lib/checklist/keep-checklist-gate.ts';
import { closest } from '../../lib/closest.ts';
import { ComponentName } from '../../lib/signal/signal.ts';
import { checklistText } from '../checklist-words.ts';
import { hostStores } from '../host-stores.ts';
import { hostTable } from '../host-table.ts';
import { parseFlags } from './options.ts';

const Flags = z.object({
  component: ComponentName,
  json: z.boolean().default(false),
  table: z.string().optional(),
  config: z.string().min(1).optional(),
});

/** `kintsugi checklist C`: the one that people tick in Slack, or what would be on it. */
export async function checklistCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const { component } = flags;
  const { checklists, gates } = hostStores(await hostTable(flags, process.env));
  const [newest, lessons, registry] = await Promise.all([
    checklists.newest(component),
    checklists.lessons(component),
    gates.registry(),
  ]);
  const standing = newest && !newest.closed && !isDone(newest) ? newest : undefined;
  const shown = standing ?? { component, boxes: buildBoxes(registry?.checklists?.[component], lessons), ticks: {} };
  if (!standing && registry) warnOfStranger(component, Object.keys(registry.dependsOn), lessons.length > 0);
  const holdsGate = standing !== undefined && (await isHolding({ gates }, standing));
  console.log(flags.json ? JSON.stringify(asJson(shown, holdsGate)) : checklistText(shown, { holdsGate }));
  return 0;
}

type Shown = Pick<Checklist, 'component' | 'boxes' | 'ticks'> & Partial<Checklist>;

function asJson({ component, number, boxes, ticks, by, at }: Shown, holdsGate: boolean): object {
  return {
    component,
    number,
    by,
    at,
    holdsGate,
    boxes: boxes.map((box, place) => ({ ...box, ticked: ticks[String(place)] ?? null })),
  };
}

/** What kintsugi.yml does not name can be changed, too, but as a rule its name is mistyped. */
function warnOfStranger(component: string, names: string[], hasFailed: boolean): void {
  if (names.includes(component) || hasFailed) return;
  const meant = closest(component, names);
  const hint = meant ? ` Did you mean ${meant}?` : '';
  console.error(`kintsugi: nothing of the name ${component} is registered in kintsugi.yml.${hint}`);
}
