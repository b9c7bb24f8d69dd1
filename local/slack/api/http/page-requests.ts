import { z } from 'zod';
import type { Json, OptionsAnswer, SubmitAnswer } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { act } from '../people/act.ts';
import { closeModal } from '../people/close-modal.ts';
import { openHome } from '../people/open-home.ts';
import { sayInChannel } from '../people/post.ts';
import { runCommand } from '../people/run-command.ts';
import { runShortcut } from '../people/run-shortcut.ts';
import { submit } from '../people/submit.ts';
import { suggest } from '../people/suggest.ts';

type PageAnswer = SubmitAnswer | OptionsAnswer;
type Take = (core: Core, given: unknown) => PageAnswer | Promise<PageAnswer>;

const user = z.string();
const channel = z.string();
const json = z.record(z.string(), z.unknown());
const place = z.object({ channel, ts: z.string() });
const on = z.discriminatedUnion('type', [
  place.extend({ type: z.literal('message') }),
  z.object({ type: z.literal('view'), viewId: z.string() }),
  z.object({ type: z.literal('home') }),
]);
const element = { user, on, blockId: z.string(), actionId: z.string() };

/** Leaves out what was sent as nothing, as the request types want it. */
function take<S extends z.ZodType>(
  schema: S,
  verb: (core: Core, request: z.output<S>) => PageAnswer | Promise<PageAnswer>,
): Take {
  return (core, given) => verb(core, schema.parse(given));
}

export const pageRequests: Record<string, Take> = {
  message: take(z.object({ user, channel, text: z.string(), threadTs: z.string().exactOptional() }), sayInChannel),
  command: take(z.object({ user, channel, text: z.string() }), runCommand),
  action: take(z.object({ ...element, action: json, state: json.exactOptional() }), act),
  submit: take(z.object({ user, viewId: z.string(), state: json as z.ZodType<Json> }), submit),
  close: take(z.object({ user, viewId: z.string(), cleared: z.boolean() }), closeModal),
  options: take(z.object({ ...element, value: z.string() }), suggest),
  shortcut: take(z.object({ user, callbackId: z.string(), message: place.exactOptional() }), runShortcut),
  home: take(z.object({ user }), openHome),
};
