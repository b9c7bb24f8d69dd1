import { z } from 'zod';
import { ComponentName } from '../signal/signal.ts';

/** A channel: its id (C…, G…) or its name with a leading `#`, which is looked up once. */
const Channel = z
  .string()
  .regex(/^(#[\p{Ll}\p{N}_-]{1,80}|[CG][A-Z0-9]{5,})$/u, 'must be "#name" or a channel id such as C0123ABCD');
/** Who is mentioned: a user id, a user group id, or `@handle` of a user group. */
const Mention = z
  .string()
  .regex(/^(@[a-z0-9._-]{1,80}|[UWS][A-Z0-9]{5,})$/, 'must be "@usergroup", or an id such as U0123ABCD or S0123ABCD');
export const RunnerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z 0-9 - and start with a letter or digit');

export const ComponentPolicy = z.strictObject({
  /** What people call it on cards; the key when absent. */
  title: z.string().max(60).optional(),
  owner: Mention.optional(),
  channel: Channel.optional(),
  /** How much hangs on it: evidence for the level. */
  criticality: z.enum(['low', 'normal', 'high']).default('normal'),
  /** The runner that recovers it, and the work tree's name in that host's runner.yml. */
  recovery: z
    .strictObject({ runner: RunnerName, workTree: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/) })
    .optional(),
});
export type ComponentPolicy = z.infer<typeof ComponentPolicy>;

/** kintsugi.yml: policy and the component registry. A key exists only once something reads it. */
export const Policy = z.strictObject({
  version: z.literal(1),
  channels: z.strictObject({
    /** Where a card goes when its component names no channel. */
    default: Channel,
  }),
  /** Mentioned at level 3 and up when the component has no owner. */
  owner: Mention.optional(),
  components: z.record(ComponentName, ComponentPolicy).default({}),
  runners: z
    .record(
      RunnerName,
      z.strictObject({
        /** The runner's Ed25519 public key (SPKI, base64), printed by `kintsugi runner` at its first start. Without it its reports are refused. */
        publicKey: z
          .string()
          .regex(/^[A-Za-z0-9+/=]{40,200}$/)
          .optional(),
      }),
    )
    .default({}),
});
export type Policy = z.infer<typeof Policy>;

/** The component's own policy, or the defaults for one that nobody registered. */
export function componentPolicy(policy: Policy, component: string): ComponentPolicy {
  return policy.components[component] ?? ComponentPolicy.parse({});
}
