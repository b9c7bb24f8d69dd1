import { z } from 'zod';
import { most } from './phases.ts';

const OwnBox = z.strictObject({
  text: z
    .string()
    .max(300)
    .regex(/[\p{L}\p{N}\p{P}\p{S}]/u, 'must say something that people can see'),
  /** Until it is ticked, the component's gate is shut. */
  required: z.boolean().default(false),
});
/** A gate that is shut lets nobody do what these look at. */
const LaterBox = OwnBox.refine(({ required }) => !required, {
  path: ['required'],
  error: 'cannot be true here (expected only under `before`: a shut gate would keep out the work that this looks at)',
});
/** A box that is only a text may be written as one. */
const boxes = <T extends z.ZodType>(box: T) =>
  z
    .array(z.preprocess((written) => (typeof written === 'string' ? { text: written } : written), box))
    .max(most.own)
    .default([]);

/** What kintsugi.yml asks of whoever changes a component, besides what everybody looks at. */
export const ComponentChecklist = z.strictObject({
  before: boxes(OwnBox),
  during: boxes(LaterBox),
  after: boxes(LaterBox),
});
export type ComponentChecklist = z.infer<typeof ComponentChecklist>;
