import { z } from 'zod';
import type { Json } from '../../page-api.ts';
import { checkMessageBlocks } from '../blocks/check-message.ts';
import { checkView } from '../blocks/check-view.ts';
import type { Reason } from '../blocks/reasons.ts';
import { SlackError } from '../slack-error.ts';
import { defineMethod, structure } from './method.ts';

const refused = (code: string, reasons: readonly Reason[], fallback: string) =>
  new SlackError(code, {
    errors: (reasons.length > 0 ? reasons : [{ pointer: '', words: fallback }]).map(({ pointer, words }) => ({
      pointer,
      code: fallback,
      message: words,
    })),
  });

/** Everything that the validator can hold up, with the scopes that any app could have. */
const anyScope = ['files:read', 'links.embed:write'];

export const blockMethods = [
  defineMethod({
    name: 'blocks.validate',
    tier: 'special',
    needsToken: false,
    args: z.object({ blocks: structure.optional(), message: structure.optional(), view: structure.optional() }),
    run(_core, { blocks, message, view }) {
      if ([blocks, message, view].filter((part) => part !== undefined).length !== 1) {
        throw new SlackError('invalid_arguments');
      }
      if (view !== undefined) {
        const surface = (view as Json | null)?.type === 'home' ? 'home' : 'modal';
        const verdict = checkView(view, surface, anyScope);
        if (verdict.kind === 'refused') throw refused('invalid_view', verdict.reasons, verdict.error);
        return {};
      }
      const given = message === undefined ? blocks : (message as Json | null)?.blocks;
      const verdict = checkMessageBlocks(given, { limitTotal: true, mayEmbedVideo: true });
      if (verdict.kind === 'refused') {
        throw refused(message === undefined ? 'invalid_blocks' : 'invalid_message', verdict.reasons, verdict.error);
      }
      return {};
    },
  }),
];
