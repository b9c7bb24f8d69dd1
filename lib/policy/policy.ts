import { z } from 'zod';
import { ComponentChecklist } from '../checklist/component-checklist.ts';
import { GateScope, SharedName } from '../gate/gate-scope.ts';
import { Cause } from '../pattern/cause.ts';
import { ComponentName, type Level } from '../signal/signal.ts';
import { defaultDoneWorkDays } from '../work/kept-until.ts';

/** A channel: its id (C…, G…) or its name with a leading `#`, which is looked up once. */
const Channel = z
  .string()
  .regex(/^(#[\p{Ll}\p{N}_-]{1,80}|[CG][A-Z0-9]{5,})$/u, 'must be "#name" or a channel id such as C0123ABCD');
/** Who is mentioned or asked: a user id, a user group id, or `@handle` of a user group. */
export const Mention = z
  .string()
  .regex(/^(@[a-z0-9._-]{1,80}|[UWS][A-Z0-9]{5,})$/, 'must be "@usergroup", or an id such as U0123ABCD or S0123ABCD');
export type Mention = z.infer<typeof Mention>;
export const RunnerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z 0-9 - and start with a letter or digit');
/** A name in the host's runner.yml: a work tree or an action. */
export const HostName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 . _ -');

/** Where and to whom a level speaks, when it differs from the usual. */
const LevelPolicy = z.strictObject({
  channel: Channel.optional(),
  /** Mentioned by the card; an empty list mentions nobody. */
  mention: z.array(Mention).max(10).optional(),
});
const Levels = z
  .strictObject({
    2: LevelPolicy.optional(),
    3: LevelPolicy.optional(),
    4: LevelPolicy.optional(),
    5: LevelPolicy.optional(),
  })
  .default({});

export const ComponentPolicy = z.strictObject({
  /** What people call it on cards; the key when absent. */
  title: z.string().max(60).optional(),
  owner: Mention.optional(),
  channel: Channel.optional(),
  levels: Levels,
  /** How much hangs on it: evidence for the level. */
  criticality: z.enum(['low', 'normal', 'high'], 'is no criticality (expected low, normal or high)').default('normal'),
  /** What it cannot work without: components, and what is `shared`. A gate that is shut on one of them holds this one. */
  dependsOn: z.array(GateScope).max(50).default([]),
  /** The runner that recovers it, and the work tree's name in that host's runner.yml (needed for a rollback). */
  recovery: z.strictObject({ runner: RunnerName, workTree: HostName.optional() }).optional(),
  /** Known workarounds, best first; `action` names one of the host's runner.yml, without it the text is only recorded. */
  workarounds: z
    .array(z.strictObject({ title: z.string().min(1).max(150), action: HostName.optional() }))
    .max(20)
    .default([]),
  /** What is looked at before, during and after a change of it, besides what everybody looks at. */
  checklist: ComponentChecklist.optional(),
});
export type ComponentPolicy = z.infer<typeof ComponentPolicy>;

/** What it carries is for few eyes: only to this very machine it may go unencrypted. */
const PagerUrl = z.url({ protocol: /^https?$/ }).refine(isEncryptedOrLocal, {
  error: 'must begin with https:// (http:// only to localhost)',
  when: ({ issues }) => issues.length === 0,
});

function isEncryptedOrLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Where the slack function is reached: `https://host`, and nothing after it. */
const Base = z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).origin === url, {
  error: 'must be an address without a path, such as https://failures.example.com',
  when: ({ issues }) => issues.length === 0,
});

const approvals = z.literal([0, 1, 2]);

/** What a recovery needs before it is released. */
const RecoveryPolicy = z
  .strictObject({
    /** How many different people must approve, by level; who asked does not count. */
    approvals: z
      .strictObject({ 3: approvals.default(0), 4: approvals.default(1), 5: approvals.default(2) })
      .prefault({}),
    /** A run that is not approved within this ends as expired. */
    approvalMinutes: z
      .int()
      .min(1)
      .max(24 * 60)
      .default(60),
    /** Who may start, cancel and undo recoveries. Nobody named: every member of the workspace. */
    mayStart: z.array(Mention).max(20).default([]),
    /** Who may approve and decline. Nobody named: every full member but who asked, and every member declines. */
    mayApprove: z.array(Mention).max(20).default([]),
    /** At level 4 and up: propose a rollback with its preview, or leave it to people. */
    proposeRollback: z.boolean().default(true),
    /** Producers (signal sources) whose failures start a level 3 rollback by themselves; one a component an hour. */
    automaticFor: z.array(z.string().min(1).max(128)).max(50).default([]),
  })
  .prefault({});

/** kintsugi.yml: policy and the component registry. A key exists only once something reads it. */
export const Policy = z.strictObject({
  version: z.literal(1),
  channels: z.strictObject({
    /** Where a card goes when its component names no channel. */
    default: Channel,
    /** Told besides the card's own channel at level 5. */
    emergency: z.array(Channel).max(20).default([]),
  }),
  /** Mentioned at level 3 and up when the component has no owner. */
  owner: Mention.optional(),
  levels: Levels,
  components: z.record(ComponentName, ComponentPolicy).default({}),
  /** What components share and can lose together: an account, an upstream. */
  shared: z
    .record(
      SharedName,
      z.strictObject({
        title: z.string().max(60).optional(),
        /** A failure with one of these causes, of whatever depends on it, shuts its gate. */
        causes: z.array(Cause).min(1).default(['quota']),
      }),
    )
    .default({}),
  recovery: RecoveryPolicy,
  /** `/failure mute`: what is this bad or less is held back. */
  mute: z.strictObject({ upTo: z.literal([3, 4, 5]).default(3) }).prefault({}),
  /** Level 5 is sent there as JSON, signed with the secret `pager-signing-secret`. */
  pager: z.strictObject({ url: PagerUrl }).optional(),
  /** Under `<base>/f/F-7K3Q9D` a failure has a link of its own, which Slack shows as a small card. */
  links: z.strictObject({ base: Base }).optional(),
  /** What to do when all is down: posted as a list in the thread of a level 5 failure. */
  disasterRecovery: z.array(z.string().min(1).max(300)).max(30).default([]),
  retention: z
    .strictObject({
      /** Failures are kept this long after they were resolved. */
      resolvedDays: z.int().min(60).max(3650).default(730),
      /** Work items that are done are kept this long. */
      doneWorkDays: z.int().min(7).max(3650).default(defaultDoneWorkDays),
    })
    .prefault({}),
  runners: z
    .record(
      RunnerName,
      z.strictObject({
        /** The runner's Ed25519 public key (SPKI, base64), printed by `kintsugi runner` at its first start. Without it its reports are refused. */
        publicKey: z
          .string()
          .regex(
            /^[A-Za-z0-9+/=]{40,200}$/,
            'is no public key (expected what `kintsugi runner --public-key` prints, such as MCowBQYDK2VwAyEA…)',
          )
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

/** How many different people must approve a recovery at this level. */
export function approvalsAt(policy: Policy, level: Level): 0 | 1 | 2 {
  return level < 3 ? 0 : policy.recovery.approvals[level as 3 | 4 | 5];
}
