import type { Answer, CloseRequest } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { interactionPayload, personOf, sendInteraction } from '../delivery/interaction.ts';
import { SlackError } from '../slack-error.ts';
import { setStack, slackView } from '../views/open-views.ts';

/** A person closes the modal on top, or the whole stack; the app hears of it where it asked to. */
export async function closeModal(core: Core, { user: id, viewId, cleared }: CloseRequest): Promise<Answer> {
  const user = personOf(core, id);
  const stack = core.screens.modals(user.id);
  const position = stack.findIndex((open) => open.id === viewId);
  const top = stack[position];
  if (!top) throw new SlackError('view_not_found');
  const clearsAll = cleared || top.view.clear_on_close === true;
  const closed = clearsAll ? stack : stack.slice(position);
  // Shaped before they leave the stack, which says what was under them.
  const payloads = closed
    .filter((open) => open.view.notify_on_close === true)
    .map((open) =>
      interactionPayload(core, user, { type: 'view_closed', view: slackView(core, open), is_cleared: clearsAll }),
    );
  setStack(core, user.id, clearsAll ? [] : stack.slice(0, position));
  const outcomes = await Promise.all(payloads.map((payload) => sendInteraction(core, payload)));
  return { ok: outcomes.every((outcome) => outcome.kind === 'answered') };
}
