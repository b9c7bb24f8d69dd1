import { z } from 'zod';
import type { Json, SubmitAnswer, SubmitRequest } from '../../page-api.ts';
import type { Core, OpenView } from '../core.ts';
import { answerJson, interactionPayload, personOf, sendInteraction } from '../delivery/interaction.ts';
import { SlackError } from '../slack-error.ts';
import { inputErrors } from '../views/check-inputs.ts';
import { checkedView, highestStack, replaceView, setStack, showOnTop, slackView } from '../views/open-views.ts';
import { choiceField, type StateValues, stateOf } from '../views/state.ts';

const trouble = 'We had some trouble connecting. Try again?';

const Ack = z.discriminatedUnion('response_action', [
  z.strictObject({ response_action: z.literal('clear') }),
  z.strictObject({ response_action: z.literal('update'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('push'), view: z.unknown() }),
  z.strictObject({
    response_action: z.literal('errors'),
    errors: z.record(z.string(), z.string().min(1)).refine((errors) => Object.keys(errors).length > 0),
  }),
]);

/** A person submits the modal on top; what the app answers decides what happens to it. */
export async function submit(core: Core, { user: id, viewId, state: given }: SubmitRequest): Promise<SubmitAnswer> {
  const user = personOf(core, id);
  const open = core.screens.modals(user.id).at(-1);
  if (open?.id !== viewId) throw new SlackError('view_not_found');
  const blocks = open.view.blocks as Json[];
  const values = stateOf(blocks, given);
  const errors = inputErrors(blocks, values);
  if (Object.keys(errors).length > 0) return { ok: false, errors };

  const outcome = await sendInteraction(
    core,
    interactionPayload(core, user, {
      type: 'view_submission',
      trigger_id: core.triggers.issue({ user: user.id, viewId, ...(open.channel && { channel: open.channel }) }),
      view: slackView(core, open, values),
      response_urls: responseUrls(core, user.id, blocks, values),
    }),
  );
  if (outcome.kind === 'failed') return { ok: false, error: trouble };
  try {
    return applyAck(core, open, answerJson(outcome));
  } catch {
    // Slack's person sees no more than this either; the app's author finds the reason in the app's own log.
    return { ok: false, error: trouble };
  }
}

function applyAck(core: Core, open: OpenView, answer: Json | undefined): SubmitAnswer {
  const { user } = open;
  const stack = core.screens.modals(user);
  if (answer === undefined || Object.keys(answer).length === 0) {
    setStack(
      core,
      user,
      stack.filter((view) => view.id !== open.id),
    );
    return { ok: true };
  }
  const ack = Ack.parse(answer);
  switch (ack.response_action) {
    case 'clear':
      setStack(core, user, []);
      return { ok: true };
    case 'update':
      replaceView(core, open, checkedView(core, ack.view, 'modal', open.id));
      return { ok: true };
    case 'push': {
      const view = checkedView(core, ack.view, 'modal');
      if (stack.length >= highestStack) throw new SlackError('push_limit_reached');
      showOnTop(core, { user, ...(open.channel && { channel: open.channel }) }, view, stack);
      return { ok: true };
    }
    case 'errors': {
      const inputs = (open.view.blocks as Json[]).filter((block) => block.type === 'input').map((b) => b.block_id);
      if (!Object.keys(ack.errors).every((blockId) => inputs.includes(blockId))) throw new SlackError('invalid_ack');
      return { ok: false, errors: ack.errors };
    }
    default:
      return ack satisfies never;
  }
}

/** One for each channel chosen in a menu that asks for it. */
function responseUrls(core: Core, user: string, blocks: readonly Json[], values: StateValues): Json[] {
  return blocks.flatMap((block) => {
    const element = block.element as Json | undefined;
    if (block.type !== 'input' || element?.response_url_enabled !== true) return [];
    const [block_id, action_id] = [String(block.block_id), String(element.action_id)];
    const channel = values[block_id]?.[action_id]?.[choiceField(String(element.type)) ?? ''];
    if (typeof channel !== 'string') return [];
    const path = core.responseUrls.issue({ channel, user, original: { kind: 'none' } }, 'app');
    return [{ block_id, action_id, channel_id: channel, response_url: core.url() + path }];
  });
}
