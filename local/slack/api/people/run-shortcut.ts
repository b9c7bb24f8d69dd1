import type { Answer, ShortcutRequest } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { interactionPayload, personOf, sendInteraction } from '../delivery/interaction.ts';
import { payloadChannel } from '../messages/channels.ts';
import { slackMessage } from '../messages/shapes.ts';
import { SlackError } from '../slack-error.ts';
import type { User } from '../state/model.ts';
import { channelFor } from './post.ts';

/** A person uses a shortcut of the app: from anywhere, or on a message. */
export async function runShortcut(core: Core, { user: id, callbackId, message }: ShortcutRequest): Promise<Answer> {
  const user = personOf(core, id);
  const type = message ? 'message' : 'global';
  const shortcut = core.app.manifest.features.shortcuts.find((s) => s.callback_id === callbackId && s.type === type);
  if (!shortcut) throw new SlackError('shortcut_not_found');
  const payload = message
    ? messageAction(core, user, callbackId, message)
    : interactionPayload(core, user, {
        type: 'shortcut',
        callback_id: callbackId,
        trigger_id: core.triggers.issue({ user: user.id }),
        action_ts: core.store.nextTs(core.now()),
      });
  const outcome = await sendInteraction(core, payload);
  if (outcome.kind === 'answered') return { ok: true };
  const error = outcome.reason === 'http_timeout' ? 'operation_timeout' : 'dispatch_failed';
  const text = `${shortcut.name} failed with the error "${error}"`;
  core.screens.notice(user.id, { type: 'notice', text, ...message });
  return { ok: false, error: text };
}

function messageAction(core: Core, user: User, callbackId: string, place: { channel: string; ts: string }) {
  const channel = channelFor(core, place.channel, user.id);
  const message = core.store.message(channel.id, place.ts);
  if (!message) throw new SlackError('message_not_found');
  const responds = {
    channel: channel.id,
    user: user.id,
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    original: { kind: 'message', ts: message.ts },
  } as const;
  return interactionPayload(core, user, {
    type: 'message_action',
    callback_id: callbackId,
    trigger_id: core.triggers.issue({ user: user.id, channel: channel.id }),
    response_url: core.url() + core.responseUrls.issue(responds, 'app'),
    action_ts: core.store.nextTs(core.now()),
    message_ts: message.ts,
    channel: payloadChannel(channel),
    message: slackMessage(core, message),
  });
}
