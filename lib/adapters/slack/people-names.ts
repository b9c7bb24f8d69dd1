import type { WebClient } from '@slack/web-api';
import { askSlack } from './ask-slack.ts';

/** What people call each of these; who is missing in the answer is not known, or Slack did not say in time. */
export type AskNames = (users: string[]) => Promise<Map<string, string>>;

/** A report names a handful; more are not asked for while somebody waits. */
const most = 20;

export function slackNames(client: WebClient): AskNames {
  return async (users) => {
    const named = await Promise.all(
      users.slice(0, most).map(async (user) => {
        const said = await askSlack(() => client.users.info({ user }));
        const { profile, real_name: realName } = (said.kind === 'ok' && said.value.user) || {};
        const name = profile?.display_name || profile?.real_name || realName;
        return name ? [[user, name] as const] : [];
      }),
    );
    return new Map(named.flat());
  };
}
