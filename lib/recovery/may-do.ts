import type { Mention } from '../policy/policy.ts';
import type { Now } from '../ports.ts';
import type { Level } from '../signal/signal.ts';
import type { AskMember, AskRole, Role, RoleStore } from './roles.ts';

export type MayDo = 'yes' | 'no' | 'unknown';

/** So long a remembered user group is good enough where Slack is not asked each time. */
export const roleMemoryMs = 10 * 60_000;
/** From this level on Slack is asked itself … */
const askedFromLevel: Level = 4;
/** … and what it said this lately is its answer: it takes 20 such questions a minute, and a crowd may press at once. */
export const justSaidMs = 20_000;

export interface RolePorts {
  roles: RoleStore;
  /** Absent where Slack cannot be asked: then what is remembered decides, as long as it is fresh. */
  askRole?: AskRole | undefined;
  /** Absent where guests cannot be told from full members. */
  askMember?: AskMember | undefined;
  now: Now;
}

/** May this person do what policy gives to these people and user groups? Nobody named: everybody may. Unknown is a no. */
export async function mayDo(
  ports: RolePorts,
  { who, by, level }: { who: readonly Mention[]; by: string; level: Level },
): Promise<MayDo> {
  return anyOf(who, by, (name) => membersOf(ports, name, level));
}

/** The people behind a name of policy: a person is themselves. Undefined: nobody knows. */
export async function membersOf(
  { roles, askRole, now }: RolePorts,
  name: Mention,
  level: Level,
): Promise<string[] | undefined> {
  if (!isGroup(name)) return [name];
  const at = now();
  const isSaidWithin = (role: Role | undefined, ms: number) =>
    role !== undefined && Date.parse(role.at) > at.getTime() - ms;
  const known = await roles.get(name);
  const trustedMs = level >= askedFromLevel ? justSaidMs : roleMemoryMs;
  if (!askRole) return isSaidWithin(known, roleMemoryMs) ? known?.members : undefined;
  if (isSaidWithin(known, trustedMs)) return known?.members;
  const members = await askRole(name);
  if (members) await roles.put({ name, members, at: at.toISOString() });
  return members;
}

/** May this person say yes to a recovery? Where policy names nobody, every full member may: guests are not asked for it. */
export async function mayApprove(
  ports: RolePorts,
  question: { who: readonly Mention[]; by: string; level: Level },
): Promise<MayDo> {
  if (question.who.length > 0 || !ports.askMember) return mayDo(ports, question);
  const kind = await ports.askMember(question.by);
  return kind === undefined ? 'unknown' : kind === 'full' ? 'yes' : 'no';
}

/** The same of a click in the past, by what was remembered at that click or later: asked before anything is touched. */
export function mightDo(
  roles: RoleStore,
  { who, by, at }: { who: readonly Mention[]; by: string; at: string },
): Promise<MayDo> {
  return anyOf(who, by, async (name) => {
    const known = await roles.get(name);
    const isAsOfTheClick = known !== undefined && Date.parse(known.at) >= Date.parse(at) - roleMemoryMs;
    return isAsOfTheClick ? known.members : undefined;
  });
}

/** Undefined members: nobody knows. */
async function anyOf(
  who: readonly Mention[],
  by: string,
  membersOf: (group: Mention) => Promise<string[] | undefined>,
): Promise<MayDo> {
  if (who.length === 0 || who.includes(by)) return 'yes';
  const groups = await Promise.all(who.filter(isGroup).map(membersOf));
  if (groups.some((members) => members?.includes(by))) return 'yes';
  return groups.includes(undefined) ? 'unknown' : 'no';
}

/** Handles of user groups begin with @, their ids with S; the others are people. */
const isGroup = (name: Mention) => /^[@S]/.test(name);
