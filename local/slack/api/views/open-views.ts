import { randomBytes } from 'node:crypto';
import type { Json } from '../../page-api.ts';
import { checkView } from '../blocks/check-view.ts';
import { nameParts } from '../blocks/name-parts.ts';
import type { Core, OpenView } from '../core.ts';
import { errorWithReasons, SlackError } from '../slack-error.ts';
import type { StoredView } from '../state/model.ts';
import type { TriggerOrigin } from '../state/triggers.ts';
import { type StateValues, stateOf } from './state.ts';

export const highestStack = 3;

const newHash = (core: Core) => `${(core.now() / 1000).toFixed(0)}.${randomBytes(4).toString('hex')}`;
const newId = () => `V0${randomBytes(8).toString('base64url').replaceAll(/[_-]/g, 'X').toUpperCase().slice(0, 9)}`;

/** Checks a view that the app sent, or throws Slack's error. */
export function checkedView(core: Core, given: unknown, surface: 'modal' | 'home', replacing?: string): Json {
  const verdict = checkView(given, surface, core.app.scopes);
  if (verdict.kind === 'refused') throw errorWithReasons(verdict.error, verdict.reasons);
  const { external_id } = verdict.view;
  const isTaken =
    external_id && core.screens.findModal((v) => v.id !== replacing && v.view.external_id === external_id);
  if (isTaken) throw new SlackError('duplicate_external_id');
  return { ...verdict.view, blocks: nameParts(verdict.view.blocks) };
}

/** Puts a view on top of a stack; opening starts a new stack. */
export function showOnTop(core: Core, origin: TriggerOrigin, view: Json, onto: OpenView[]): OpenView {
  const opened: OpenView = {
    id: newId(),
    hash: newHash(core),
    user: origin.user,
    view: startAtChannel(view, origin.channel),
    channel: origin.channel,
  };
  setStack(core, origin.user, [...onto, opened]);
  return opened;
}

export function replaceView(core: Core, old: OpenView, view: Json): OpenView {
  const updated = { ...old, hash: newHash(core), view: startAtChannel(view, old.channel) };
  setStack(
    core,
    old.user,
    core.screens.modals(old.user).map((open) => (open.id === old.id ? updated : open)),
  );
  return updated;
}

export function setStack(core: Core, user: string, stack: OpenView[]): void {
  core.screens.setModals(user, stack);
  const modals = stack.map((open) => ({ id: open.id, view: slackView(core, open) }));
  core.screens.tell({ type: 'modals', modals }, (watching) => watching === user);
}

export function publishHome(core: Core, user: string, view: Json): StoredView {
  const home = { id: core.store.home(user)?.id ?? newId(), hash: newHash(core), user, view };
  core.store.putHome(home);
  core.screens.tell({ type: 'home', home: slackView(core, home) }, (watching) => watching === user);
  return home;
}

/** A view as Slack gives it back, with what the person has put into it. */
export function slackView(core: Core, { id, hash, user, view }: StoredView, state?: StateValues): Json {
  const stack = core.screens.modals(user);
  const position = stack.findIndex((open) => open.id === id);
  return {
    id,
    team_id: core.team.id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    state: { values: state ?? (view.type === 'modal' ? stateOf(view.blocks as Json[]) : {}) },
    hash,
    title: view.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: view.clear_on_close ?? false,
    notify_on_close: view.notify_on_close ?? false,
    close: view.close ?? null,
    submit: view.submit ?? null,
    previous_view_id: stack[position - 1]?.id ?? null,
    root_view_id: stack[0]?.id ?? id,
    app_id: core.app.appId,
    external_id: view.external_id ?? '',
    app_installed_team_id: core.team.id,
    bot_id: core.app.botId,
  };
}

/** `default_to_current_conversation` starts a menu at the channel where the modal was opened. */
function startAtChannel(view: Json, channel: string | undefined): Json {
  if (channel === undefined) return view;
  const blocks = structuredClone(view.blocks as Json[]);
  for (const block of blocks) {
    const element = (block.element ?? block.accessory) as Json | undefined;
    if (element?.default_to_current_conversation !== true) continue;
    if (element.type === 'conversations_select') element.initial_conversation ??= channel;
    if (element.type === 'multi_conversations_select') element.initial_conversations ??= [channel];
  }
  return { ...view, blocks };
}
