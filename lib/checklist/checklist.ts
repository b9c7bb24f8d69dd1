import { z } from 'zod';
import { Actor, FailureId } from '../failure/ids.ts';
import { Cause } from '../pattern/cause.ts';
import { ComponentName } from '../signal/signal.ts';
import { most, phases } from './phases.ts';

/** Who ticked what is kept for so many presses; the newest are. */
export const mostLogged = 200;

export const Box = z.object({
  phase: z.enum(phases),
  text: z.string().min(1).max(300),
  /** Until it is ticked, the component's gate is shut. Only `before` can be: what `after` checks has to be done first. */
  required: z.boolean(),
  /** What it was learned from; absent for what everybody checks, and for what kintsugi.yml asks. */
  learned: z.object({ failureId: FailureId, cause: Cause.optional() }).optional(),
});
export type Box = z.infer<typeof Box>;

const Tick = z.object({ by: Actor, at: z.iso.datetime() });

/** The boxes for one change of a component, and who ticked which. One after the other a component: the newest counts. */
export const Checklist = z.object({
  schema: z.literal(1),
  component: ComponentName,
  /** 1 for the component's first. */
  number: z.int().min(1),
  boxes: z
    .array(Box)
    .min(1)
    .max(most.inPhase * phases.length),
  /** Place in `boxes` → who ticked it. */
  ticks: z.record(z.string().regex(/^\d+$/), Tick),
  /** Every press, oldest first. */
  log: z.array(Tick.extend({ box: z.int().min(0), isOn: z.boolean() })).max(mostLogged),
  by: Actor,
  at: z.iso.datetime(),
  /** Nobody goes on with it. */
  closed: Tick.optional(),
  /** Written anew with each change; a conditional write names the one that was read. */
  rev: z.string(),
});
export type Checklist = z.infer<typeof Checklist>;

/** Something that failures of a component taught, to be looked at before the next change. */
export const Lesson = z.object({
  schema: z.literal(1),
  component: ComponentName,
  /** The failure that somebody wrote it for, or the cause that is known. */
  key: z.string().min(1).max(60),
  /** One box each; none when it was taken back. */
  texts: z.array(z.string().min(1).max(300)).max(5),
  failureId: FailureId,
  cause: Cause.optional(),
  /** When the failure that taught it last was changed; what is newer counts. */
  at: z.iso.datetime(),
});
export type Lesson = z.infer<typeof Lesson>;

export interface ChecklistStore {
  /** The component's last one. Consistent read. */
  newest(component: string): Promise<Checklist | undefined>;
  get(component: string, number: number): Promise<Checklist | undefined>;
  /** False when it is not as it was read: `expected` is its `rev`, undefined when there was none of this number. */
  put(checklist: Checklist, options: { expected: string | undefined }): Promise<boolean>;
  /** Those of a component, taken back or not. */
  lessons(component: string): Promise<Lesson[]>;
  /** Writes it unless what stands is newer. With `onlyIfKnown`, only over one that stands. */
  keepLesson(lesson: Lesson, options?: { onlyIfKnown?: boolean }): Promise<void>;
}

export const isTicked = ({ ticks }: Pick<Checklist, 'ticks'>, place: number): boolean =>
  Object.hasOwn(ticks, String(place));

export const isDone = (checklist: Checklist): boolean =>
  checklist.boxes.every((_, place) => isTicked(checklist, place));

/** Whether it keeps the gate shut, and for which boxes. */
export function heldBy(
  checklist: Pick<Checklist, 'boxes' | 'ticks'> & { closed?: Checklist['closed'] | undefined },
): Box[] {
  if (checklist.closed) return [];
  return checklist.boxes.filter(({ required }, place) => required && !isTicked(checklist, place));
}
