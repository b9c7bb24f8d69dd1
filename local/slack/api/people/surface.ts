import type { ActionRequest, Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { payloadChannel } from '../messages/channels.ts';
import { slackMessage } from '../messages/shapes.ts';
import { SlackError } from '../slack-error.ts';
import type { ResponseOrigin } from '../state/response-urls.ts';
import type { TriggerOrigin } from '../state/triggers.ts';
import { slackView } from '../views/open-views.ts';
import { stateOf } from '../views/state.ts';
import { channelFor } from './post.ts';

/** Where a person acted, and what an interaction payload says about that place. */
export interface Surface {
  blocks: Json[];
  payload: Json;
  trigger: TriggerOrigin;
  /** Messages get a response_url; views don't. */
  respondsTo?: ResponseOrigin;
}

export function surfaceOf(core: Core, user: string, on: ActionRequest['on'], given: Json | undefined): Surface {
  switch (on.type) {
    case 'message':
      return messageSurface(core, user, on, given);
    case 'view': {
      const open = core.screens.modals(user).find((view) => view.id === on.viewId);
      if (!open) throw new SlackError('view_not_found');
      const blocks = open.view.blocks as Json[];
      const values = stateOf(blocks, given);
      return {
        blocks,
        trigger: { user, viewId: open.id, ...(open.channel !== undefined && { channel: open.channel }) },
        payload: { container: { type: 'view', view_id: open.id }, view: slackView(core, open, values) },
      };
    }
    case 'home': {
      const home = core.store.home(user);
      if (!home) throw new SlackError('view_not_found');
      const blocks = home.view.blocks as Json[];
      const values = stateOf(blocks, given);
      return {
        blocks,
        trigger: { user },
        payload: { container: { type: 'view', view_id: home.id }, view: slackView(core, home, values) },
      };
    }
    default:
      return on satisfies never;
  }
}

function messageSurface(
  core: Core,
  user: string,
  { channel: channelId, ts }: { channel: string; ts: string },
  given: Json | undefined,
): Surface {
  const channel = channelFor(core, channelId, user);
  const ephemeral = core.screens.ephemeral(channelId, ts);
  const message = core.store.message(channelId, ts);
  const own = ephemeral?.to === user ? ephemeral : undefined;
  if (!own && !message) throw new SlackError('message_not_found');
  const blocks = (own ?? message)?.blocks ?? [];
  const threadTs = (own ?? message)?.threadTs;
  return {
    blocks,
    trigger: { user, channel: channel.id },
    respondsTo: {
      channel: channel.id,
      user,
      ...(threadTs !== undefined && { threadTs }),
      original: { kind: own ? 'ephemeral' : 'message', ts },
    },
    payload: {
      container: {
        type: 'message',
        message_ts: ts,
        channel_id: channel.id,
        is_ephemeral: own !== undefined,
        ...(threadTs !== undefined && { thread_ts: threadTs }),
      },
      channel: payloadChannel(channel),
      // Slack doesn't repeat an ephemeral message: it never kept it.
      ...(!own && message && { message: slackMessage(core, message) }),
      state: { values: stateOf(blocks, given) },
    },
  };
}
