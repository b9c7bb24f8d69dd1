import { z } from 'zod';
import type { Json } from '../../page-api.ts';
import { reasonsOf } from '../blocks/reasons.ts';
import type { Core } from '../core.ts';
import { errorWithReasons, SlackError } from '../slack-error.ts';
import type { Channel } from '../state/model.ts';
import type { Tier } from '../state/rate-limits.ts';

/** A Web API method as the server calls it: arguments come as a form's strings or as JSON. */
export interface Method {
  name: string;
  tier: Tier;
  /** One of these is needed. */
  scopes: readonly string[];
  needsToken: boolean;
  /** Some methods read form fields only, and see nothing of a JSON body. */
  takesJson: boolean;
  run(core: Core, given: Json): Promise<Json> | Json;
}

export function defineMethod<A extends z.ZodType>(method: {
  name: string;
  tier: Tier;
  scopes?: readonly string[];
  needsToken?: boolean;
  takesJson?: boolean;
  args: A;
  run(core: Core, args: z.output<A>): Promise<Json> | Json;
}): Method {
  return {
    name: method.name,
    tier: method.tier,
    scopes: method.scopes ?? [],
    needsToken: method.needsToken ?? true,
    takesJson: method.takesJson ?? true,
    run(core, given) {
      const parsed = method.args.safeParse(given);
      if (!parsed.success) throw errorWithReasons('invalid_arguments', reasonsOf(parsed.error, given, []));
      return method.run(core, parsed.data);
    },
  };
}

/** Form fields are strings: `true` and `1` are what Slack's clients send for yes. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', ''])])
  .transform((value) => value === true || value === 'true' || value === '1')
  .optional();

export const wholeNumber = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]).optional();

/** In a form, a structure comes as JSON in a string. What isn't JSON stays a string, for the method to refuse. */
export const structure = z.unknown().transform((value) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
});

export function demandScope({ app }: Core, needed: string): void {
  if (!app.scopes.includes(needed)) {
    throw new SlackError('missing_scope', { needed, provided: app.scopes.join(',') });
  }
}

const scopePrefix = { public: 'channels', private: 'groups', im: 'im' } as const;
/** What a token may read depends on the kind of channel. */
export const demandChannelScope = (core: Core, channel: Channel, right: 'read' | 'history') =>
  demandScope(core, `${scopePrefix[channel.kind]}:${right}`);
