import { isPerson } from '../failure/ids.ts';
import { openGate } from '../gate/open-gate.ts';
import { shutGate } from '../gate/shut-gate.ts';
import { type Checklist, heldBy } from './checklist.ts';
import { type ChecklistPorts, mostLosses } from './checklist-ports.ts';

const holderPrefix = 'checklist#';
const opensItself = 'system:checklist';
/** Longer than between the gate's write and the checklist's. */
const settledMs = 60_000;

/** Shuts or opens the component's gate as its checklist says; one that a newer one follows says nothing. Safe to repeat; whoever writes last looks last. */
export async function keepChecklistGate(
  ports: ChecklistPorts,
  { component, number }: Pick<Checklist, 'component' | 'number'>,
): Promise<void> {
  let seen: string | undefined;
  for (let losses = 0; losses < mostLosses; losses++) {
    const [checklist, newest] = await Promise.all([
      ports.checklists.get(component, number),
      ports.checklists.newest(component),
    ]);
    if (!checklist) return;
    const isOver = (newest?.number ?? number) > number;
    const state = `${checklist.rev} ${isOver}`;
    if (state === seen) return;
    if (isOver) await openGate(ports, { scope: component, id: `${holderPrefix}${number}`, by: opensItself });
    else await setGate(ports, checklist);
    seen = state;
  }
  throw new Error(`checklist ${number} of ${component} changed ${mostLosses} times while its gate was being set`);
}

/** Whether it holds its gate at this moment: somebody may have opened that by hand. */
export async function isHolding(
  { gates }: Pick<ChecklistPorts, 'gates'>,
  { component, number }: Pick<Checklist, 'component' | 'number'>,
): Promise<boolean> {
  const { holders } = await gates.held();
  return holders.some(({ scope, id }) => scope === component && id === `${holderPrefix}${number}`);
}

/** Before a box that holds it is shown as open, and after it is shown as ticked: so the gate is never open too early. */
export async function setGate(ports: ChecklistPorts, checklist: Omit<Checklist, 'rev'>): Promise<void> {
  const { component: scope, number } = checklist;
  const id = `${holderPrefix}${number}`;
  const [first, ...others] = heldBy(checklist);
  if (!first) {
    await openGate(ports, { scope, id, by: opensItself });
    return;
  }
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const by = checklist.log.at(-1)?.by ?? checklist.by;
  await shutGate(ports, {
    scope,
    id,
    mode: 'stop',
    reason: `Checklist ${number}: "${first.text.slice(0, 200)}"${more} not ticked yet`,
    opens: `when its required boxes are ticked: /failure checklist ${scope}`.slice(0, 200),
    by: isPerson(by) ? by : checklist.by,
    since: reopenedAt(checklist),
  });
}

/** A gate that was opened by hand stays open until somebody takes a required tick away again. */
function reopenedAt({ log, boxes, at }: Omit<Checklist, 'rev'>): string {
  return log.findLast(({ box, isOn }) => !isOn && boxes[box]?.required)?.at ?? at;
}

/** What died between the checklist's write and the gate's is put right. */
export async function followChecklists(ports: ChecklistPorts): Promise<void> {
  const { holders } = await ports.gates.held();
  for (const { scope, id, shutAt, at } of holders) {
    const number = id.startsWith(holderPrefix) ? Number(id.slice(holderPrefix.length)) : Number.NaN;
    if (!Number.isInteger(number) || ports.now().getTime() - Date.parse(shutAt ?? at) < settledMs) continue;
    try {
      if (await ports.checklists.get(scope, number)) await keepChecklistGate(ports, { component: scope, number });
      else await openGate(ports, { scope, id, by: opensItself });
    } catch (error) {
      ports.log('checklist not followed', { component: scope, number, error: String(error) });
    }
  }
}
