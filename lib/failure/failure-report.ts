import { z } from 'zod';
import { AttemptedFix, Signal, SystemState } from '../signal/signal.ts';

/** The report as far as signals know it; the first signal of an episode fills it. What people write of it is kept beside it. */
export const FailureReport = z.object({
  impact: z.string().optional(),
  whatHappened: z.string(),
  error: Signal.shape.error,
  environment: z.string().optional(),
  customerImpacting: z.boolean().optional(),
  attemptedFixes: z.array(AttemptedFix).default([]),
  state: SystemState.optional(),
  workItem: Signal.shape.workItem,
  git: Signal.shape.git,
  labels: Signal.shape.labels,
  links: Signal.shape.links,
  reportedBy: z.string().optional(),
  durationMs: Signal.shape.durationMs,
  timeLimitMs: Signal.shape.timeLimitMs,
  /** The one producer whose signals opened this episode, as the transport knows it. */
  source: z.string().max(128).optional(),
  /** What a person says mended it, in a line. */
  fixedBy: z.string().max(200).optional(),
  /** The newest version of what people wrote; its text is kept beside the failure. */
  written: z.int().min(1).optional(),
});
export type FailureReport = z.infer<typeof FailureReport>;
