import { WebAPIRequestError, type WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { slackMembers } from '../../../../lib/adapters/slack/listeners/whose.ts';

/** An app that is installed for the organization E0OURS, as Slack answers it. */
function orgWide(
  people: Record<string, object>,
  auth: object = { enterprise_id: 'E0OURS', is_enterprise_install: true },
) {
  const client = {
    auth: { test: async () => auth },
    users: { info: async ({ user }: { user: string }) => ({ user: people[user] }) },
  };
  return slackMembers(client as unknown as WebClient, { log: () => undefined });
}

describe('an app that is installed for an organization', () => {
  const people = {
    U0ADA: { enterprise_user: { enterprise_id: 'E0OURS' } },
    U0STRANGER: { is_stranger: true, enterprise_user: { enterprise_id: 'E0OURS' } },
    U0OTHER: { enterprise_user: { enterprise_id: 'E0OTHER' } },
    U0ALONE: {},
  };

  // Guards against a payload without a workspace (`team: null`) passing for one of our own.
  it.each([
    ['U0ADA', 'E0OURS', 'ours'],
    ['U0ADA', 'E0OTHER', 'not-ours'],
    ['U0STRANGER', 'E0OURS', 'not-ours'],
    ['U0OTHER', 'E0OURS', 'not-ours'],
    ['U0ALONE', 'E0OURS', 'not-ours'],
    ['U0UNKNOWN', 'E0OURS', 'not-ours'],
  ])('lets its own people in and nobody else: %s of %s', async (id, enterprise, belongs) => {
    const sender = { user: { id, team_id: 'T0ANY' }, team: null, enterprise: { id: enterprise } };
    expect(await orgWide(people).isMember(sender)).toBe(belongs);
  });

  it('answers a command of its own organization alone', async () => {
    const members = orgWide(people);
    expect(await members.isOurWorkspace({ team_id: 'T0ANY', enterprise_id: 'E0OURS' })).toBe('ours');
    expect(await members.isOurWorkspace({ team_id: 'T0ANY', enterprise_id: 'E0OTHER' })).toBe('not-ours');
    expect(await members.isOurWorkspace({ team_id: 'T0ANY' })).toBe('not-ours');
  });

  it('is nobody’s without a workspace where the app belongs to one', async () => {
    const members = orgWide(people, { team_id: 'T0OURS' });
    expect(await members.isMember({ user: { id: 'U0ADA', team_id: 'T0OURS' }, team: null })).toBe('not-ours');
  });
});

describe('while Slack does not say whose the app is', () => {
  /** `auth.test` answers as it is told to, each time anew. */
  function silent() {
    const state = { asked: 0, answer: () => new Promise<object>(() => undefined) as Promise<object> };
    const test = () => {
      state.asked++;
      return state.answer();
    };
    const client = { auth: { test }, users: { info: async () => ({}) } } as unknown as WebClient;
    return { state, members: slackMembers(client, { log: () => undefined }) };
  }
  const stranger = { user: { id: 'U0SOME', team_id: 'T0OTHER' }, team: { id: 'T0OTHER' } };

  // Guards against strangers approving recoveries as long as Slack hangs.
  it('nobody is taken for one of ours, within the time of a click, and the next press asks again', async () => {
    const { state, members } = silent();
    const began = performance.now();
    const both = await Promise.all([members.isMember(stranger), members.isOurWorkspace({ team_id: 'T0OTHER' })]);
    expect(both).toEqual(['unknown', 'unknown']);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(state.asked).toBe(1);
    state.answer = async () => ({ team_id: 'T0OURS' });
    expect(await members.isMember(stranger)).toBe('not-ours');
    expect(await members.isMember({ user: { id: 'U0ADA', team_id: 'T0OURS' }, team: { id: 'T0OURS' } })).toBe('ours');
    expect(state.asked).toBe(2);
  });

  it('a person of another workspace than their click is a stranger all the same', async () => {
    const { members } = silent();
    expect(await members.isMember({ ...stranger, team: { id: 'T0OURS' } })).toBe('not-ours');
  });

  it('it is asked when the sandbox starts, and what failed then is asked once more at the press', async () => {
    const { state, members } = silent();
    let fail: (reason: Error) => void = () => undefined;
    state.answer = () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      });
    const prepared = members.prepare();
    const pressed = members.isOurWorkspace({ team_id: 'T0OURS' });
    state.answer = async () => ({ team_id: 'T0OURS' });
    fail(new WebAPIRequestError(new Error('socket hang up')));
    await prepared;
    expect(await pressed).toBe('ours');
    expect(state.asked).toBe(2);
  });
});
