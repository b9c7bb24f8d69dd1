import { z } from 'zod';
import { ComponentName } from '../signal/signal.ts';

/** What components share and can lose together: `account:claude`, `upstream:payments`. */
export const SharedName = z
  .string()
  .regex(/^[a-z][a-z-]{0,19}:[a-z0-9][a-z0-9._/-]{0,63}$/, 'must be kind:name, such as account:claude');
export type SharedName = z.infer<typeof SharedName>;

/** What has a gate: a component, or something that components share. */
export const GateScope = z.union([ComponentName, SharedName]);
export type GateScope = z.infer<typeof GateScope>;
