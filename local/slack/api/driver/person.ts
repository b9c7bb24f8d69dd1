import type {
  ActionRequest,
  Answer,
  Json,
  OptionsAnswer,
  PageMessage,
  PageState,
  PageView,
  SubmitAnswer,
} from '../../page-api.ts';
import type { Core, Notice } from '../core.ts';
import { pageState } from '../http/page-state.ts';
import { mayRead } from '../messages/channels.ts';
import { react } from '../messages/react.ts';
import { pageMessage } from '../messages/shapes.ts';
import { act } from '../people/act.ts';
import { closeModal } from '../people/close-modal.ts';
import { openHome } from '../people/open-home.ts';
import { personPosts } from '../people/post.ts';
import { runCommand } from '../people/run-command.ts';
import { runShortcut } from '../people/run-shortcut.ts';
import { submit } from '../people/submit.ts';
import { suggest } from '../people/suggest.ts';
import { stateOf } from '../views/state.ts';
import { choiceIn, type Filling, fill } from './fill.ts';
import { findOnScreen } from './find-on-screen.ts';
import { channelId, userId } from './names.ts';

type Place = Pick<PageMessage, 'channel' | 'ts'>;
type Choice = string | number | readonly string[];
/** A message, the modal on top, or the Home tab. */
export type Where = Place | 'modal' | 'home';

/** One person in front of the workspace. Channels go by id or name; parts by action_id, label or words. */
export interface Person {
  id: string;
  post(channel: string, text: string, options?: { threadTs?: string }): PageMessage;
  command(channel: string, text: string): Promise<Answer>;
  /** Presses a button. */
  click(where: Where, button: string): Promise<Answer>;
  /** Chooses in a menu, a picker or checkboxes. */
  choose(where: Where, element: string, chosen: Choice): Promise<Answer>;
  /** Types in an external menu. */
  suggest(where: Where, element: string, typed: string): Promise<OptionsAnswer>;
  /** Fills the modal on top and submits it. */
  submit(filling?: Filling): Promise<SubmitAnswer>;
  closeModal(options?: { all?: boolean }): Promise<Answer>;
  openHome(): Answer;
  shortcut(callbackId: string): Promise<Answer>;
  messageShortcut(callbackId: string, message: Place): Promise<Answer>;
  react(message: Place, emoji: string): void;
  /** What this person sees: posts of a channel, ephemeral ones included, oldest first. */
  channel(channel: string): PageMessage[];
  /** A parent and its replies, oldest first. */
  thread(message: Place): PageMessage[];
  ephemerals(): PageMessage[];
  modals(): PageView[];
  home(): Json | null;
  /** What this person was told went wrong. */
  notices(): Notice[];
  screen(): PageState;
}

export function actAs(core: Core, named: string): Person {
  const id = userId(core, named);
  const screen = (): PageState => {
    const user = core.store.user(id);
    if (!user) throw new Error(`${named} is gone`);
    return pageState(core, user);
  };
  const topModal = () => {
    const open = core.screens.modals(id).at(-1);
    if (!open) throw new Error(`${named} has no modal open`);
    return open;
  };
  const look = (where: Where): { on: ActionRequest['on']; blocks: readonly Json[] } => {
    if (where === 'modal') return { on: { type: 'view', viewId: topModal().id }, blocks: blocksOf(topModal().view) };
    if (where === 'home') return { on: { type: 'home' }, blocks: blocksOf(core.store.home(id)?.view) };
    const { channel, ts } = where;
    const own = core.screens.ephemeral(channel, ts);
    const seen = own?.to === id ? own : core.store.message(channel, ts);
    return { on: { type: 'message', channel, ts }, blocks: seen?.blocks ?? [] };
  };

  return {
    id,
    post(channel, text, options = {}) {
      return pageMessage(core, personPosts(core, { user: id, channel: channelId(core, channel), text, ...options }));
    },
    command: (channel, text) => runCommand(core, { user: id, channel: channelId(core, channel), text }),
    click(where, button) {
      const { on, blocks } = look(where);
      const { blockId, actionId, element } = findOnScreen(blocks, button);
      return act(core, { user: id, on, blockId, actionId, action: { type: element.type } });
    },
    choose(where, named, chosen) {
      const { on, blocks } = look(where);
      const { blockId, actionId, element } = findOnScreen(blocks, named);
      const action = { type: element.type, ...choiceIn(element, chosen) };
      return act(core, { user: id, on, blockId, actionId, action, state: stateOf(blocks) });
    },
    suggest(where, named, typed) {
      const { on, blocks } = look(where);
      const { blockId, actionId } = findOnScreen(blocks, named);
      return suggest(core, { user: id, on, blockId, actionId, value: typed });
    },
    submit(filling = {}) {
      const { id: viewId, view } = topModal();
      return submit(core, { user: id, viewId, state: fill(blocksOf(view), filling) });
    },
    closeModal: ({ all = false } = {}) => closeModal(core, { user: id, viewId: topModal().id, cleared: all }),
    openHome: () => openHome(core, { user: id }),
    shortcut: (callbackId) => runShortcut(core, { user: id, callbackId }),
    messageShortcut: (callbackId, { channel, ts }) =>
      runShortcut(core, { user: id, callbackId, message: { channel, ts } }),
    react({ channel, ts }, emoji) {
      const place = core.store.channel(channel);
      const message = place && mayRead(place, id) ? core.store.message(channel, ts) : undefined;
      if (!message) throw new Error(`${named} sees no message ${ts}`);
      react(core, message, emoji, id);
    },
    channel(channel) {
      const wanted = channelId(core, channel);
      return screen().messages.filter((message) => message.channel === wanted && message.threadTs === undefined);
    },
    thread: ({ channel, ts }) =>
      screen().messages.filter((m) => m.channel === channel && (m.ts === ts || m.threadTs === ts)),
    ephemerals: () => screen().messages.filter((message) => message.ephemeralTo === id),
    modals: () => screen().modals,
    home: () => screen().home,
    notices: () => core.screens.notices(id),
    screen,
  };
}

const blocksOf = (view: Json | undefined) => (view?.blocks as Json[] | undefined) ?? [];
