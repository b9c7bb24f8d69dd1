import { z } from 'zod';

/** `F-` and six random Crockford characters (no I, L, O, U): short enough to say aloud. */
export const FailureId = z
  .string()
  .regex(/^F-[0-9A-HJKMNP-TV-Z]{6}$/)
  .brand<'FailureId'>();
export type FailureId = z.infer<typeof FailureId>;

/** What made two signals the same failure: `<algorithm>#<hash>`. */
export const Fingerprint = z
  .string()
  .regex(/^v\d+#[0-9a-f]{16,64}$/)
  .brand<'Fingerprint'>();
export type Fingerprint = z.infer<typeof Fingerprint>;

export const RunId = z
  .string()
  .regex(/^R-[0-9A-HJKMNP-TV-Z]{10}$/)
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** Who did something: a Slack user (`U…`, `W…`), or a part of Kintsugi itself (`system:protocol`, `system:sweep`, `runner:<name>`). */
export const Actor = z.string().min(1).max(80);
export type Actor = z.infer<typeof Actor>;

export function isPerson(by: Actor): boolean {
  return /^[UW][A-Z0-9]{2,30}$/.test(by);
}
