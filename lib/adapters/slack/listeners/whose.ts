import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../../ports.ts';
import { askSlack } from '../ask-slack.ts';
import { askInTime, requestTimeLeft } from '../request-time.ts';

/** The part of every interaction that says whose it is. `team` is null where the app is installed for an organization. */
export const Sender = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
});
export type Sender = z.infer<typeof Sender>;

/** `unknown`: Slack does not say. Such a one may read, and changes nothing. */
export type Belongs = 'ours' | 'not-ours' | 'unknown';

export interface Members {
  /** In a shared channel people of other workspaces see buttons and forms, too; only our own may use them. */
  isMember(sender: Sender): Promise<Belongs>;
  /** Slack shows a command to the members of a workspace alone; this one must be ours. */
  isOurWorkspace(place: { team_id?: string | undefined; enterprise_id?: string | undefined }): Promise<Belongs>;
  /** Asks whose the app is before anybody waits for it; the answer is kept as long as the sandbox. */
  prepare(): Promise<void>;
}

interface Home {
  teamId: string | undefined;
  enterpriseId: string | undefined;
  isOrgWide: boolean;
}

/** The time of a click, less than half: what was asked for is yet to be done. */
const patienceMs = 1200;

/** Whose the app's token is: asked once a sandbox, and again at each press as long as Slack does not say. */
export function slackMembers(client: WebClient, { log }: { log: Log }): Members {
  let known: Home | undefined;
  let asking: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    const said = await askSlack(() => client.auth.test());
    if (said.kind !== 'ok') return log('Slack does not say whose the app is', { answer: said.kind });
    const { team_id: teamId, enterprise_id: enterpriseId, is_enterprise_install: isOrgWide = false } = said.value;
    known = { teamId, enterpriseId, isOrgWide };
  };
  /** Of many at once one asks. */
  const askOnce = (): Promise<void> => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const home = async (): Promise<Home | undefined> => {
    const left = Math.min(patienceMs, requestTimeLeft() ?? patienceMs);
    const isUnderWay = asking !== undefined;
    const tried = await askInTime(async () => {
      if (!known) await askOnce();
      // That question was asked before this press, maybe in a sandbox that was put to sleep since.
      if (!known && isUnderWay) await askOnce();
    }, left);
    // One that hangs is in nobody's way.
    if ('late' in tried) asking = undefined;
    return known;
  };
  const isHome = async (teamId: string | undefined, enterpriseId: string | undefined): Promise<Belongs> => {
    const ours = await home();
    if (!ours) return 'unknown';
    return yesOrNo(ours.isOrgWide ? enterpriseId === ours.enterpriseId : teamId === ours.teamId);
  };
  return {
    async isMember({ user, team, enterprise }) {
      if (team) return user.team_id === team.id ? isHome(team.id, enterprise?.id) : 'not-ours';
      const found = await home();
      if (!found) return 'unknown';
      const { enterpriseId: ours } = found;
      if (!ours || (enterprise && enterprise.id !== ours)) return 'not-ours';
      const said = await askSlack(() => client.users.info({ user: user.id }));
      if (said.kind !== 'ok') return said.kind === 'refused' ? 'not-ours' : 'unknown';
      const { is_stranger: isStranger, enterprise_user: member } = said.value.user ?? {};
      return yesOrNo(!isStranger && member?.enterprise_id === ours);
    },
    isOurWorkspace: ({ team_id: teamId, enterprise_id: enterpriseId }) => isHome(teamId, enterpriseId),
    prepare: askOnce,
  };
}

const yesOrNo = (isOurs: boolean): Belongs => (isOurs ? 'ours' : 'not-ours');
