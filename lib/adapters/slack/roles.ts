import type { WebClient } from '@slack/web-api';
import type { AskRole } from '../../recovery/roles.ts';
import { askSlack } from './ask-slack.ts';

/** A click is answered within 3 s, whatever Slack does: who belongs to a group must be known well before. */
const patienceMs = 1500;
/** A handle that was missing may have been made since. */
const missingForMs = 60_000;

/**
 * Who belongs to what policy names: a person is themselves, a user group is asked for, a `@handle` is looked up once.
 * A group that is not there (or was switched off) has no members; undefined means that Slack did not answer in time.
 */
export function slackRoles(client: WebClient, { now = Date.now }: { now?: () => number } = {}): AskRole {
  let groups = new Map<string, string>();
  let listedAt = Number.NEGATIVE_INFINITY;

  const groupOf = async (handle: string): Promise<{ id: string | undefined } | undefined> => {
    if (!groups.has(handle) && now() - listedAt > missingForMs) {
      const listed = await askSlack(() => client.usergroups.list());
      if (listed.kind !== 'ok') return undefined;
      const { usergroups = [] } = listed.value;
      groups = new Map(usergroups.flatMap(({ handle, id }) => (handle && id ? [[handle, id] as const] : [])));
      listedAt = now();
    }
    return { id: groups.get(handle) };
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
    groups.delete(name.slice(1));
    return said.kind === 'refused' && said.code === 'no_such_subteam' ? [] : undefined;
  };

  return (name) => within(patienceMs, ask(name));
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
