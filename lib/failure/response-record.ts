import { z } from 'zod';

/** What was done because of its level in this episode, so that each is done and said once. */
export const ResponseRecord = z.object({
  episode: z.int().min(1),
  /** The gates that are shut because of it: `<scope> <holder>`. */
  gates: z.array(z.string()).max(500).default([]),
  /** Its item in the work queue, and where that was put. */
  fix: z.object({ id: z.string(), order: z.enum(['backlog', 'head', 'urgent', 'closed']) }).optional(),
  /** What can be worked on meanwhile: the next item whose gate is open. */
  next: z.object({ id: z.string(), title: z.string().optional(), component: z.string() }).optional(),
  /** What happens once an episode, and the runs whose follow-up item exists. */
  done: z.array(z.string().max(60)).max(200).default([]),
});
export type ResponseRecord = z.infer<typeof ResponseRecord>;
