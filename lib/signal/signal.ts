import { z } from 'zod';
import { plainText } from './plain-text.ts';

/** Bytes of one SQS body; larger ones are rejected as `too_large` (kept, clipped, with their size). */
export const maxSignalBytes = 256 * 1024;

/** Signals are remembered this long, so an older replay cannot be told from a new one and is refused. */
export const signalMemoryDays = 60;

/** A sender's clock may be this much ahead; later times are refused as `in_the_future`. */
export const clockSkewMs = 5 * 60_000;

const name = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not contain control characters');

/** Free text: control characters other than newline and tab are dropped, and what is too long loses its middle, visibly. */
export const freeText = (max: number) => z.string().transform((text) => clipMiddle(plainText(text), max));

/** Keeps both ends of a text that is too long: the cause stands at the start, the outcome at the end. */
export function clipMiddle(text: string, max: number): string {
  const points = text.length <= max ? undefined : Array.from(text);
  if (!points || points.length <= max) return text;
  const mark = `\n… ${points.length - max} characters left out …\n`;
  const room = max - mark.length;
  const head = Math.ceil(room * 0.6);
  return points.slice(0, head).join('') + mark + points.slice(points.length - (room - head)).join('');
}

export const Level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
export type Level = z.infer<typeof Level>;

export const ComponentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._/-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 . _ / - and start with a letter or digit');

export const AttemptedFix = z.object({ what: freeText(500), result: freeText(500) });
export type AttemptedFix = z.infer<typeof AttemptedFix>;

/** How the component is now, in the words of the report template. */
export const SystemState = z.object({
  system: z.enum(['running', 'degraded', 'down']).optional(),
  workaround: freeText(1000).optional(),
  dataImpact: z.enum(['none', 'some', 'significant']).optional(),
});
export type SystemState = z.infer<typeof SystemState>;

/**
 * One report of something that failed, as a producer sends it to the `failures` queue (JSON, at most 256 KB).
 * Only version, id, occurredAt, component and summary are required.
 */
export const Signal = z.strictObject({
  version: z.literal(1),
  /** The producer's own id: the same id again is the same signal (idempotency key). */
  id: name(128),
  occurredAt: z.iso.datetime({ offset: true }),
  component: ComponentName,
  /** Nothing is broken, somebody asks for a look: a failure of its own, minor, that shuts no gate and leaves nothing to fix. */
  kind: z.literal('check-up').optional(),
  summary: freeText(300).refine((text) => /[^\s\p{Cf}]/u.test(text), 'must say what failed'),
  details: freeText(6000).optional(),
  error: z
    .strictObject({
      type: freeText(200).optional(),
      message: freeText(2000).optional(),
      stack: freeText(6000).optional(),
      exitCode: z.int().min(-255).max(4_294_967_295).optional(),
    })
    .optional(),
  /** The sender's claim: one piece of evidence among others. */
  severity: Level.optional(),
  impact: freeText(500).optional(),
  environment: name(64).optional(),
  attemptedFixes: z.array(AttemptedFix).max(20).optional(),
  state: SystemState.optional(),
  workItem: z.strictObject({ id: name(128), title: freeText(300).optional() }).optional(),
  /** Information only: runner, work tree and checkpoint are never taken from a signal. */
  git: z
    .strictObject({
      branch: name(255).optional(),
      head: z
        .string()
        .regex(/^[0-9a-f]{7,64}$/)
        .optional(),
      dirty: z.boolean().optional(),
      checkpoint: name(255).optional(),
    })
    .optional(),
  labels: z
    .record(
      name(64).refine((key) => !(key in Object.prototype), 'is a name that JavaScript keeps for itself'),
      freeText(200),
    )
    .refine((labels) => Object.keys(labels).length <= 20, 'at most 20 labels')
    .optional(),
  links: z
    .array(z.strictObject({ title: freeText(100), url: z.url({ protocol: /^https?$/ }).max(2000) }))
    .max(10)
    .optional(),
  customerImpacting: z.boolean().optional(),
  /** How long the failed work ran and how long it was allowed to, in milliseconds. */
  durationMs: z.int().min(0).optional(),
  timeLimitMs: z.int().min(0).optional(),
});
export type Signal = z.infer<typeof Signal>;
/** What a producer writes, before parsing. */
export type SignalInput = z.input<typeof Signal>;
