import type { Actor } from '../failure/ids.ts';
import { buildBoxes } from './build-boxes.ts';
import { type Box, type Checklist, heldBy, isDone } from './checklist.ts';
import { type ChecklistPorts, mostLosses } from './checklist-ports.ts';
import { keepChecklistGate, setGate } from './keep-checklist-gate.ts';
import { type Press, type Ticked, tick } from './tick.ts';

/** The one that people are at, or a new one. With `anew`, the one of that number is closed first. */
export async function openChecklist(
  ports: ChecklistPorts,
  { component, by, anew }: { component: string; by: Actor; anew?: number },
): Promise<{ kind: 'started' | 'goes-on'; checklist: Checklist }> {
  if (anew !== undefined) await makeRoom(ports, { component, by, number: anew });
  for (let losses = 0; losses < mostLosses; losses++) {
    const newest = await ports.checklists.newest(component);
    if (newest && !newest.closed && !isDone(newest)) {
      await keepChecklistGate(ports, newest);
      return { kind: 'goes-on', checklist: newest };
    }
    const checklist = await draft(ports, { component, by, number: (newest?.number ?? 0) + 1 });
    await setGate(ports, checklist);
    if (!(await ports.checklists.put(checklist, { expected: undefined }))) continue;
    await keepChecklistGate(ports, checklist);
    // A tick that was taken away at this very moment on the one before holds nothing any more.
    if (newest) await keepChecklistGate(ports, newest);
    ports.log('checklist started', { component, number: checklist.number, by });
    return { kind: 'started', checklist };
  }
  throw new Error(`the checklist of ${component} changed ${mostLosses} times while it was being opened`);
}

/** What a checklist of this component would have on it if it were started now. */
export async function nextBoxes(
  { policy, checklists }: Pick<ChecklistPorts, 'policy' | 'checklists'>,
  component: string,
): Promise<Box[]> {
  return buildBoxes(policy.components[component]?.checklist, await checklists.lessons(component));
}

async function draft(
  ports: ChecklistPorts,
  { component, by, number }: { component: string; by: Actor; number: number },
): Promise<Checklist> {
  return {
    schema: 1,
    component,
    number,
    boxes: await nextBoxes(ports, component),
    ticks: {},
    log: [],
    by,
    at: ports.now().toISOString(),
    rev: ports.ids.actionId(),
  };
}

/** The next one shuts the gate before the one of this number lets go of it: so it is open at no moment in between. */
async function makeRoom(
  ports: ChecklistPorts,
  { component, by, number }: { component: string; by: Actor; number: number },
): Promise<void> {
  const [current, newest] = await Promise.all([
    ports.checklists.get(component, number),
    ports.checklists.newest(component),
  ]);
  const next = number + 1;
  if (current && !current.closed && newest?.number === number) {
    await setGate(ports, await draft(ports, { component, by, number: next }));
  }
  await closeChecklist(ports, { component, number, by });
  // Somebody else may have started it meanwhile, or several.
  await keepChecklistGate(ports, { component, number: next });
}

/** `over`: a newer one was started since. */
export type Changed = { kind: Ticked['kind'] | 'over'; checklist: Checklist } | { kind: 'unknown' };

/** Several people tick at once, each what they pressed and no more. */
export async function tickBoxes(
  ports: ChecklistPorts,
  { component, number, by, ...press }: { component: string; number: number; by: Actor } & Press,
): Promise<Changed> {
  return await change(ports, { component, number }, (checklist) => tick(checklist, press, { by, at: ports.now() }));
}

/** Nobody goes on with it: what it held is free. */
export async function closeChecklist(
  ports: ChecklistPorts,
  { component, number, by }: { component: string; number: number; by: Actor },
): Promise<Changed> {
  return await change(ports, { component, number }, (checklist) => {
    if (checklist.closed) return { kind: 'closed' };
    return { kind: 'ticked', checklist: { ...checklist, closed: { by, at: ports.now().toISOString() } } };
  });
}

async function change(
  ports: ChecklistPorts,
  { component, number }: Pick<Checklist, 'component' | 'number'>,
  decide: (checklist: Checklist) => Ticked,
): Promise<Changed> {
  for (let losses = 0; losses < mostLosses; losses++) {
    const current = await ports.checklists.get(component, number);
    if (!current) return { kind: 'unknown' };
    const newest = await ports.checklists.newest(component);
    if (newest && newest.number > number) return { kind: 'over', checklist: current };
    const decided = decide(current);
    if (decided.kind !== 'ticked') {
      // Whoever wrote it may have died before the gate was set.
      await keepChecklistGate(ports, current);
      return { kind: decided.kind, checklist: current };
    }
    const checklist = { ...decided.checklist, rev: ports.ids.actionId() };
    // What shuts the gate shuts it before it is said: dying in between leaves it shut, and the sweep puts that right.
    if (heldBy(checklist).length > heldBy(current).length) await setGate(ports, checklist);
    if (!(await ports.checklists.put(checklist, { expected: current.rev }))) continue;
    await keepChecklistGate(ports, checklist);
    ports.log('checklist changed', { component, number, ticked: Object.keys(checklist.ticks).length });
    return { kind: 'ticked', checklist };
  }
  throw new Error(`checklist ${number} of ${component} changed ${mostLosses} times while it was being changed`);
}
