import type { Answer, HomeRequest } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { sendEvent } from '../delivery/events.ts';
import { personOf } from '../delivery/interaction.ts';
import { directMessage } from '../messages/channels.ts';
import { slackView } from '../views/open-views.ts';

/** A person opens the app's Home tab: what was published last is there at once, and the app may publish anew. */
export function openHome(core: Core, { user: id }: HomeRequest): Answer {
  const user = personOf(core, id);
  const home = core.store.home(user.id);
  sendEvent(core, {
    type: 'app_home_opened',
    user: user.id,
    channel: directMessage(core, user.id).channel.id,
    tab: 'home',
    ...(home && { view: slackView(core, home) }),
  });
  return { ok: true };
}
