import { z } from 'zod';
import { Level } from '../signal/signal.ts';
import { FailureId } from './ids.ts';

/** A past failure that memory finds like this one, with what was tried and how often it worked. */
export const SimilarFailure = z.object({
  failureId: FailureId,
  title: z.string(),
  component: z.string(),
  level: Level,
  status: z.enum(['open', 'resolved']),
  lastSeenAt: z.iso.datetime(),
  /** Its card, when it was found. */
  permalink: z.string().optional(),
  /** The channels where its cards stand; absent or empty: nobody knows who may read it. */
  channels: z.array(z.string()).optional(),
  /** What ended it, in words ("Rollback & retry", "resolved by hand"); absent while open. */
  fixedBy: z.string().optional(),
  /** What that was, in the words of whoever did it by hand. */
  fix: z.string().optional(),
  outcomes: z.array(z.object({ strategy: z.string(), worked: z.int(), tried: z.int() })),
});
export type SimilarFailure = z.infer<typeof SimilarFailure>;

/** How often a strategy worked, of how often it was tried. */
export const Outcome = z.object({ strategy: z.string(), worked: z.int().min(0), tried: z.int().min(0) });
export type Outcome = z.infer<typeof Outcome>;
