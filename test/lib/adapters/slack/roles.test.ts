import type { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { slackMemberKind, slackRoles } from '../../../../lib/adapters/slack/roles.ts';

/** A workspace whose groups can change, and which counts how often it is asked. */
function workspace() {
  const state = { at: 0, lists: 0, groups: { sre: 'S0ONE' } as Record<string, string> };
  const members: Record<string, string[]> = { S0ONE: ['U0ADA'], S0TWO: ['U0BOB'] };
  const client = {
    usergroups: {
      list: async () => {
        state.lists++;
        return { ok: true, usergroups: Object.entries(state.groups).map(([handle, id]) => ({ handle, id })) };
      },
      users: {
        list: async ({ usergroup }: { usergroup: string }) => ({ ok: true, users: members[usergroup] ?? [] }),
      },
    },
    users: {
      info: async ({ user }: { user: string }) => ({
        ok: true,
        user: { is_restricted: user === 'U0GUEST', is_ultra_restricted: user === 'U0ONEROOM' },
      }),
    },
  };
  return { state, client: client as unknown as WebClient };
}

describe('a handle of a user group', () => {
  // Guards against a warm sandbox that takes the members of a group which gave its handle away.
  it('is looked up again after a minute, by one of many at once', async () => {
    const { state, client } = workspace();
    const ask = slackRoles(client, { now: () => state.at });
    expect(await Promise.all(Array.from({ length: 10 }, () => ask('@sre')))).toEqual(Array(10).fill(['U0ADA']));
    expect(state.lists).toBe(1);
    state.groups = { 'old-sre': 'S0ONE', sre: 'S0TWO' };
    state.at += 60_000;
    expect(await ask('@sre')).toEqual(['U0ADA']);
    state.at += 1;
    expect(await ask('@sre')).toEqual(['U0BOB']);
    expect(state.lists).toBe(2);
  });
});

describe('a guest', () => {
  it('is told from a full member', async () => {
    const ask = slackMemberKind(workspace().client);
    expect([await ask('U0ADA'), await ask('U0GUEST'), await ask('U0ONEROOM')]).toEqual(['full', 'guest', 'guest']);
  });
});
