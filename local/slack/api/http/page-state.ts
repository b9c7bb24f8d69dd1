import type { PageChannel, PageState, PageUser } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { mayRead } from '../messages/channels.ts';
import { pageEphemeral, pageMessage } from '../messages/shapes.ts';
import type { Channel, User } from '../state/model.ts';
import { slackView } from '../views/open-views.ts';

const pageUser = ({ id, name, realName, title, isBot }: User): PageUser => ({ id, name, realName, title, isBot });

function pageChannel({ store, app }: Core, { id, name, kind, topic, members }: Channel): PageChannel {
  // The conversation with the app goes by the app's name.
  const shownName = kind === 'im' ? (store.user(app.botUserId)?.name ?? '') : name;
  return { id, name: shownName, isPrivate: kind !== 'public', topic, members };
}

/** Everything that one person's screen shows. */
export function pageState(core: Core, user: User): PageState {
  const { app, store, team, screens } = core;
  const channels = store.channels().filter((channel) => !channel.isArchived && mayRead(channel, user.id));
  const stored = channels.flatMap((channel) => store.messages(channel.id)).map((message) => pageMessage(core, message));
  const ephemerals = screens.ephemerals(user.id).map((ephemeral) => pageEphemeral(core, ephemeral));
  const home = store.home(user.id);
  const { display_information, features } = app.manifest;
  return {
    team,
    user: pageUser(user),
    users: store.users().map(pageUser),
    userGroups: store.userGroups().map(({ id, handle, members }) => ({ id, handle, members })),
    channels: channels.map((channel) => pageChannel(core, channel)),
    messages: [...stored, ...ephemerals].sort((a, b) => Number(a.ts) - Number(b.ts)),
    modals: screens.modals(user.id).map((open) => ({ id: open.id, view: slackView(core, open) })),
    home: home ? slackView(core, home) : null,
    app: {
      id: app.appId,
      name: display_information.name,
      botUserId: app.botUserId,
      homeTab: features.app_home.home_tab_enabled,
      commands: features.slash_commands.map(({ command, description, usage_hint }) => ({
        command,
        description,
        usageHint: usage_hint,
      })),
      shortcuts: features.shortcuts.map(({ name, type, callback_id, description }) => ({
        name,
        type,
        callbackId: callback_id,
        description,
      })),
    },
  };
}
