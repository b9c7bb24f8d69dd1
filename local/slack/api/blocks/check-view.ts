import type { Json } from '../../page-api.ts';
import { type Reason, reason, reasonsOf } from './reasons.ts';
import { HomeView, ModalView } from './surfaces.ts';
import { focusedTwice, repeatedIds } from './whole-payload-rules.ts';

export type ViewVerdict =
  | { kind: 'good'; view: Json & { type: string; blocks: Json[] } }
  | { kind: 'refused'; error: 'invalid_arguments' | 'view_too_large'; reasons: Reason[] };

const largestView = 250_000;

/** Holds a view against Slack's rules for the surface it is meant for. */
export function checkView(given: unknown, surface: 'modal' | 'home', scopes: readonly string[]): ViewVerdict {
  const root = ['view'];
  if (Buffer.byteLength(JSON.stringify(given) ?? '') > largestView) {
    return { kind: 'refused', error: 'view_too_large', reasons: [] };
  }
  const parsed = (surface === 'modal' ? ModalView : HomeView).safeParse(given);
  if (!parsed.success) return refuse(reasonsOf(parsed.error, given, root));
  const view = parsed.data as Json & { type: string; blocks: Json[] };

  const blocksAt = [...root, 'blocks'];
  const reasons = [...repeatedIds(view.blocks, blocksAt), ...focusedTwice(view.blocks, blocksAt)];
  view.blocks.forEach((block, i) => {
    const type = block.type === 'input' ? (block.element as Json).type : block.type;
    const needed = type === 'file_input' ? 'files:read' : type === 'video' ? 'links.embed:write' : undefined;
    if (needed && !scopes.includes(needed)) {
      reasons.push(reason(`${String(type)} needs the scope ${needed}`, [...blocksAt, i]));
    }
  });
  return reasons.length > 0 ? refuse(reasons) : { kind: 'good', view };
}

const refuse = (reasons: Reason[]): ViewVerdict => ({ kind: 'refused', error: 'invalid_arguments', reasons });
