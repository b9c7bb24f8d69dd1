import type { Actor } from '../failure/ids.ts';
import { type Checklist, isTicked, mostLogged } from './checklist.ts';

/** Places of boxes in the list. */
export interface Press {
  on: number[];
  off: number[];
}

export type Ticked = { kind: 'ticked'; checklist: Omit<Checklist, 'rev'> } | { kind: 'unchanged' } | { kind: 'closed' };

/** Who ticked a box first keeps it; a box that is not there is nobody's. */
export function tick(checklist: Checklist, { on, off }: Press, { by, at }: { by: Actor; at: Date }): Ticked {
  if (checklist.closed) return { kind: 'closed' };
  const isThere = (place: number) => place in checklist.boxes;
  const added = on.filter((place) => isThere(place) && !isTicked(checklist, place));
  const removed = off.filter((place) => isThere(place) && isTicked(checklist, place));
  if (added.length + removed.length === 0) return { kind: 'unchanged' };
  const mark = { by, at: at.toISOString() };
  const kept = Object.entries(checklist.ticks).filter(([place]) => !removed.includes(Number(place)));
  const presses = [
    ...added.map((box) => ({ ...mark, box, isOn: true })),
    ...removed.map((box) => ({ ...mark, box, isOn: false })),
  ];
  return {
    kind: 'ticked',
    checklist: {
      ...checklist,
      ticks: Object.fromEntries([...kept, ...added.map((place) => [String(place), mark] as const)]),
      log: [...checklist.log, ...presses].slice(-mostLogged),
    },
  };
}
