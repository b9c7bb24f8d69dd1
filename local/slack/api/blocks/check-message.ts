import type { Json } from '../../page-api.ts';
import { type Reason, reason, reasonsOf } from './reasons.ts';
import { MessageBlocks } from './surfaces.ts';
import { allBlocks } from './walk.ts';
import { isOverTextBudget, repeatedIds, tableTextTotal, tooManyOf } from './whole-payload-rules.ts';

export type BlocksVerdict =
  | { kind: 'good'; blocks: Json[] }
  | { kind: 'refused'; error: 'invalid_blocks' | 'invalid_attachments' | 'msg_blocks_too_long'; reasons: Reason[] };

export interface MessageRules {
  /** Posts to a response_url are not held to the total-text ceiling. */
  limitTotal: boolean;
  mayEmbedVideo: boolean;
}

/** Holds a message's blocks against Slack's rules; the first kind of fault found decides the error. */
export function checkMessageBlocks(given: unknown, { limitTotal, mayEmbedVideo }: MessageRules): BlocksVerdict {
  const root = ['blocks'];
  const parsed = MessageBlocks.safeParse(given);
  if (!parsed.success) return refuse('invalid_blocks', reasonsOf(parsed.error, given, root));
  const blocks = parsed.data as Json[];

  const repeated = repeatedIds(blocks, root);
  if (repeated.length > 0) return refuse('invalid_blocks', repeated);
  const every = allBlocks(blocks);
  if (!mayEmbedVideo && every.some((block) => block.type === 'video')) {
    return refuse('invalid_blocks', [reason('video needs the scope links.embed:write', root)]);
  }
  if (tooManyOf(every, ['table', 'data_table'], 1)) {
    return refuse('invalid_attachments', [reason('only_one_table_allowed', root)]);
  }
  if (tooManyOf(every, ['plan'], 1)) return refuse('invalid_blocks', [reason('only one plan allowed', root)]);
  if (tooManyOf(every, ['data_visualization'], 2)) {
    return refuse('invalid_blocks', [reason('no more than 2 data_visualization blocks allowed', root)]);
  }
  if (tableTextTotal(every) > 10_000) {
    return refuse('invalid_blocks', [reason('table text must be less than 10001 characters', root)]);
  }
  if (limitTotal && isOverTextBudget(blocks)) return refuse('msg_blocks_too_long', []);
  return { kind: 'good', blocks };
}

const refuse = (error: Exclude<BlocksVerdict, { kind: 'good' }>['error'], reasons: Reason[]): BlocksVerdict => ({
  kind: 'refused',
  error,
  reasons,
});
