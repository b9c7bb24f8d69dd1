import { encodeAction } from '../../../lib/adapters/slack/action-ids.ts';
import { slackHandler } from '../../../lib/adapters/slack/slack-app.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { signed } from '../../play-event.ts';
import { answersAt } from './answers-at.ts';
import type { World } from './world.ts';

/** A click from a shared channel by a person of another workspace: what they are told. Slack does not say whose the app is. */
export async function handleOutsider(world: World, failureId: FailureId, { team = 'T0OTHER' } = {}): Promise<string> {
  const answers = await answersAt();
  const payload = {
    type: 'block_actions',
    team: { id: 'T0HOME' },
    user: { id: 'U0OUTSIDER', team_id: team },
    response_url: `${answers.url}/response`,
    actions: [
      {
        type: 'button',
        block_id: 'b',
        ...encodeAction({ do: 'acknowledge', failureId, episode: 1, from: { place: 'card' } }),
      },
    ],
  };
  const access = { botToken: 'xoxb-test', apiUrl: `${answers.url}/api/`, signingSecret: 'secret-of-the-test' };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const event = signed(
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body },
    { secret: access.signingSecret, now: world.clock.now },
  );
  await slackHandler(world, access)(event, { awsRequestId: 'request-2' });
  await answers.close();
  return answers.received.join('\n');
}
