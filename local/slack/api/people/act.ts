import type { ActionRequest, Answer, Json } from '../../page-api.ts';
import { findElement } from '../blocks/walk.ts';
import type { Core } from '../core.ts';
import { interactionPayload, personOf, sendInteraction } from '../delivery/interaction.ts';
import { SlackError } from '../slack-error.ts';
import { choiceField } from '../views/state.ts';
import { surfaceOf } from './surface.ts';

/** A person presses a button, or chooses in a menu: sent as block_actions. */
export async function act(core: Core, request: ActionRequest): Promise<Answer> {
  const { on, blockId, actionId } = request;
  const user = personOf(core, request.user);
  const action = { type: request.action.type, ...request.action };
  const given = withChoice(request, action);
  const surface = surfaceOf(core, user.id, on, given);
  const element = findElement(surface.blocks, blockId, actionId);
  if (!element || element.type !== action.type) throw new SlackError('action_not_found');
  if (!isOffered(element, action)) throw new SlackError('option_not_found');
  if (!core.app.manifest.settings.interactivity.is_enabled) {
    return { ok: false, error: 'This app is not configured to handle interactive responses.' };
  }

  const outcome = await sendInteraction(
    core,
    interactionPayload(core, user, {
      type: 'block_actions',
      ...surface.payload,
      trigger_id: core.triggers.issue(surface.trigger),
      ...(surface.respondsTo && { response_url: core.url() + core.responseUrls.issue(surface.respondsTo, 'actions') }),
      actions: [
        {
          action_id: actionId,
          block_id: blockId,
          ...ownFields(element),
          ...action,
          ...(element.value !== undefined && { value: element.value }),
          action_ts: core.store.nextTs(core.now()),
        },
      ],
    }),
  );
  if (outcome.kind === 'answered') return { ok: true };
  const place = on.type === 'message' ? { channel: on.channel, ts: on.ts } : {};
  const text =
    outcome.reason === 'http_timeout' ? 'This app took too long to answer.' : 'This app responded with an error.';
  core.screens.notice(user.id, { type: 'notice', text, ...place, blockId, actionId });
  return { ok: false, error: text };
}

/** A button's own text and style, and a menu's own placeholder, come along as Slack sends them. */
function ownFields({ type, text, style, placeholder }: Json): Json {
  return type === 'button'
    ? { text, ...(style !== undefined && { style }) }
    : { ...(placeholder !== undefined && { placeholder }) };
}

/** The state in the payload already holds the choice that caused it. */
function withChoice({ blockId, actionId, state = {} }: ActionRequest, action: Json): Json {
  const field = choiceField(String(action.type));
  if (field === undefined || !(field in action)) return state;
  return { ...state, [blockId]: { ...(state[blockId] as Json | undefined), [actionId]: { [field]: action[field] } } };
}

/** Menus with a list of their own take nothing that isn't on it. */
function isOffered(element: Json, action: Json): boolean {
  const groups = (element.option_groups as { options: Json[] }[] | undefined) ?? [];
  if (element.options === undefined && groups.length === 0) return true;
  const offered = [...((element.options as Json[] | undefined) ?? []), ...groups.flatMap((group) => group.options)];
  const chosen = [action.selected_option, ...((action.selected_options as unknown[] | undefined) ?? [])];
  return chosen
    .filter((option) => option !== undefined && option !== null)
    .every((option) => offered.some(({ value }) => value === (option as Json).value));
}
