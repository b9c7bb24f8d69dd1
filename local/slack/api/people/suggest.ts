import { z } from 'zod';
import type { Json, OptionsAnswer, OptionsRequest } from '../../page-api.ts';
import { optionGroup, plainOption } from '../blocks/composition.ts';
import { list } from '../blocks/text.ts';
import { findElement } from '../blocks/walk.ts';
import type { Core } from '../core.ts';
import { answerJson, interactionPayload, personOf, sendInteraction } from '../delivery/interaction.ts';
import { SlackError } from '../slack-error.ts';
import { surfaceOf } from './surface.ts';

const Suggestions = z.union([
  z.strictObject({ options: list(plainOption, 100, 0) }),
  z.strictObject({ option_groups: list(optionGroup, 100, 0) }),
]);
const defaultQueryLength = 3;

/** A person types in an external menu: the app is asked for its options. Nothing well answered means no options. */
export async function suggest(core: Core, request: OptionsRequest): Promise<OptionsAnswer> {
  const { on, blockId, actionId, value } = request;
  const user = personOf(core, request.user);
  const { blocks, payload } = surfaceOf(core, user.id, on, undefined);
  const element = findElement(blocks, blockId, actionId);
  if (element?.type !== 'external_select' && element?.type !== 'multi_external_select') {
    throw new SlackError('action_not_found');
  }
  if (value.length < Number(element.min_query_length ?? defaultQueryLength)) return { options: [] };
  const { state: _state, ...place } = payload;
  const outcome = await sendInteraction(
    core,
    interactionPayload(core, user, {
      type: 'block_suggestion',
      ...place,
      action_id: actionId,
      block_id: blockId,
      value,
    }),
  );
  const parsed = outcome.kind === 'answered' ? Suggestions.safeParse(readJson(outcome)) : undefined;
  if (parsed?.success) return parsed.data as OptionsAnswer;
  core.screens.notice(user.id, { type: 'notice', text: 'The options could not be loaded.', blockId, actionId });
  return { options: [] };
}

function readJson(outcome: { body: string }): Json | undefined {
  try {
    return answerJson(outcome);
  } catch {
    return undefined;
  }
}
