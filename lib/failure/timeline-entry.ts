import { z } from 'zod';
import { Actor, RunId } from './ids.ts';

/** One entry of the timeline: what happened, who did it, when. Entry n is what made version n. */
export const TimelineEntry = z.object({
  version: z.int().min(1),
  at: z.iso.datetime(),
  by: Actor,
  kind: z.enum([
    'opened',
    'reported',
    'recurred',
    'level-raised',
    'regraded',
    'acknowledged',
    'recovery-requested',
    'recovery-succeeded',
    'recovery-failed',
    'recovery-ended',
    'workaround',
    'workaround-removed',
    'decomposed',
    'report-edited',
    'responded',
    'resolved',
    'reopened',
    'merged',
    'merged-in',
    'split',
    'split-off',
  ]),
  /** One line in plain words, unescaped; the adapter that shows it escapes it. */
  text: z.string(),
  /** What belongs to that line as a list: a runbook, what a shutdown stops. */
  list: z.array(z.string().max(400)).max(60).optional(),
  /** It is read by who looks for it, and no message of its own. */
  isQuiet: z.literal(true).optional(),
  /** Who is called by it. */
  mention: Actor.optional(),
  runId: RunId.optional(),
  before: z.record(z.string(), z.unknown()).optional(),
  after: z.record(z.string(), z.unknown()).optional(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;
