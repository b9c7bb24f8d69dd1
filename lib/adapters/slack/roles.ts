import type { WebClient } from '@slack/web-api';
import type { AskMember, AskRole } from '../../recovery/roles.ts';
import { askSlack } from './ask-slack.ts';

/** A click is answered within 3 s, whatever Slack does: who belongs to a group must be known well before. */
const patienceMs = 1500;
/** A handle may have been made since, or be another group's by now. */
const listedForMs = 60_000;

/**
 * Who belongs to what policy names: a person is themselves, a user group is asked for, a `@handle` is looked up once a minute.
 * A group that is not there (or was switched off) has no members; undefined means that Slack did not answer in time.
 */
export function slackRoles(client: WebClient, { now = Date.now }: { now?: () => number } = {}): AskRole {
  let listed: { at: number; groups: Promise<Map<string, string> | undefined> } | undefined;

  /** Of many at once one asks. */
  const handles = (): Promise<Map<string, string> | undefined> => {
    if (listed && now() - listed.at <= listedForMs) return listed.groups;
    const mine = { at: now(), groups: listHandles(client) };
    listed = mine;
    const forget = () => {
      if (listed === mine) listed = undefined;
    };
    mine.groups.then((groups) => groups ?? forget(), forget);
    return mine.groups;
  };
  const groupOf = async (handle: string): Promise<{ id: string | undefined } | undefined> => {
    const groups = await handles();
    return groups && { id: groups.get(handle) };
  };

  const ask: AskRole = async (name) => {
    if (/^[UW]/.test(name)) return [name];
    const group = name.startsWith('@') ? await groupOf(name.slice(1)) : { id: name };
    if (!group) return undefined;
    const { id: usergroup } = group;
    if (!usergroup) return [];
    const said = await askSlack(() => client.usergroups.users.list({ usergroup }));
    if (said.kind === 'ok') return said.value.users ?? [];
    // The handle may belong to another group by now: it is looked up anew the next time.
    listed = undefined;
    return said.kind === 'refused' && said.code === 'no_such_subteam' ? [] : undefined;
  };

  return (name) => within(patienceMs, ask(name));
}

async function listHandles(client: WebClient): Promise<Map<string, string> | undefined> {
  const said = await askSlack(() => client.usergroups.list());
  if (said.kind !== 'ok') return undefined;
  const { usergroups = [] } = said.value;
  return new Map(usergroups.flatMap(({ handle, id }) => (handle && id ? [[handle, id] as const] : [])));
}

/** Is this person a full member of the workspace? */
export function slackMemberKind(client: WebClient): AskMember {
  const ask: AskMember = async (user) => {
    const said = await askSlack(() => client.users.info({ user }));
    if (said.kind !== 'ok' || !said.value.user) return undefined;
    const {
      is_restricted: isGuest,
      is_ultra_restricted: isGuestOfOneChannel,
      is_stranger: isStranger,
    } = said.value.user;
    return isGuest || isGuestOfOneChannel || isStranger ? 'guest' : 'full';
  };
  return (user) => within(patienceMs, ask(user));
}

async function within<T>(ms: number, answer: Promise<T | undefined>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([answer, tired]);
  } finally {
    clearTimeout(timer);
  }
}
