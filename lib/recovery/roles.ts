import type { Mention } from '../policy/policy.ts';

/** Who belongs to a user group, as Slack said it at `at`. */
export interface Role {
  /** As policy names it: `@handle` or an id. */
  name: Mention;
  members: string[];
  at: string;
}

/** The user groups that policy names, remembered in the table: the recovery function asks it, since it cannot ask Slack. */
export interface RoleStore {
  get(name: Mention): Promise<Role | undefined>;
  put(role: Role): Promise<void>;
}

/** Asks Slack itself. Undefined: it did not answer. */
export type AskRole = (name: Mention) => Promise<string[] | undefined>;

/** Asks Slack whether somebody is a full member, or a guest in a channel or two. Undefined: it did not answer. */
export type AskMember = (user: string) => Promise<'full' | 'guest' | undefined>;
