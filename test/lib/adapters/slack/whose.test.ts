import type { WebClient } from '@slack/web-api';
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
  return slackMembers(client as unknown as WebClient, { log: () => undefined, now: () => 0 });
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
    ['U0ADA', 'E0OURS', true],
    ['U0ADA', 'E0OTHER', false],
    ['U0STRANGER', 'E0OURS', false],
    ['U0OTHER', 'E0OURS', false],
    ['U0ALONE', 'E0OURS', false],
    ['U0UNKNOWN', 'E0OURS', false],
  ])('lets its own people in and nobody else: %s of %s', async (id, enterprise, isMember) => {
    const sender = { user: { id, team_id: 'T0ANY' }, team: null, enterprise: { id: enterprise } };
    expect(await orgWide(people).isMember(sender)).toBe(isMember);
  });

  it('answers a command of its own organization alone', async () => {
    const members = orgWide(people);
    expect(await members.isOurWorkspace({ team_id: 'T0ANY', enterprise_id: 'E0OURS' })).toBe(true);
    expect(await members.isOurWorkspace({ team_id: 'T0ANY', enterprise_id: 'E0OTHER' })).toBe(false);
    expect(await members.isOurWorkspace({ team_id: 'T0ANY' })).toBe(false);
  });

  it('is nobody’s without a workspace where the app belongs to one', async () => {
    const members = orgWide(people, { team_id: 'T0OURS' });
    expect(await members.isMember({ user: { id: 'U0ADA', team_id: 'T0OURS' }, team: null })).toBe(false);
  });
});
