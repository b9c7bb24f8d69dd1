import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../../ports.ts';
import { askSlack } from '../ask-slack.ts';

/** The part of every interaction that says whose it is. `team` is null where the app is installed for an organization. */
export const Sender = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
});
export type Sender = z.infer<typeof Sender>;

export interface Members {
  /** In a shared channel people of other workspaces see buttons and forms, too; only our own may use them. */
  isMember(sender: Sender): Promise<boolean>;
  /** Slack shows a command to the members of a workspace alone; this one must be ours. */
  isOurWorkspace(place: { team_id?: string | undefined; enterprise_id?: string | undefined }): Promise<boolean>;
}

interface Home {
  teamId: string | undefined;
  enterpriseId: string | undefined;
  isOrgWide: boolean;
}

const unknownForMs = 60_000;

/** Whose the app's token is: asked once a sandbox. Where Slack does not say, what the request says of itself must do. */
export function slackMembers(client: WebClient, { log, now }: { log: Log; now: () => number }): Members {
  let known: Home | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  const home = async (): Promise<Home | undefined> => {
    if (known || now() - askedAt < unknownForMs) return known;
    const said = await askSlack(() => client.auth.test());
    if (said.kind === 'ok') {
      const { team_id: teamId, enterprise_id: enterpriseId, is_enterprise_install: isOrgWide = false } = said.value;
      known = { teamId, enterpriseId, isOrgWide };
    } else {
      askedAt = now();
      log('Slack does not say whose the app is', { answer: said.kind });
    }
    return known;
  };
  const isHome = async (teamId: string | undefined, enterpriseId: string | undefined): Promise<boolean> => {
    const ours = await home();
    if (!ours) return true;
    return ours.isOrgWide ? enterpriseId === ours.enterpriseId : teamId === ours.teamId;
  };
  return {
    async isMember({ user, team, enterprise }) {
      if (team) return user.team_id === team.id && (await isHome(team.id, enterprise?.id));
      const ours = (await home())?.enterpriseId;
      if (!ours || (enterprise && enterprise.id !== ours)) return false;
      const said = await askSlack(() => client.users.info({ user: user.id }));
      if (said.kind !== 'ok') return false;
      const { is_stranger: isStranger, enterprise_user: member } = said.value.user ?? {};
      return !isStranger && member?.enterprise_id === ours;
    },
    isOurWorkspace: ({ team_id: teamId, enterprise_id: enterpriseId }) => isHome(teamId, enterpriseId),
  };
}
