import { z } from 'zod';
import type { Json } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { SlackError } from '../slack-error.ts';
import type { User } from '../state/model.ts';
import { defineMethod, flag, wholeNumber } from './method.ts';
import { page } from './paging.ts';

function slackUser({ team, app }: Core, user: User): Json {
  return {
    id: user.id,
    team_id: team.id,
    name: user.name,
    deleted: false,
    color: '4bbe2e',
    real_name: user.realName,
    tz: 'Etc/UTC',
    tz_label: 'Coordinated Universal Time',
    tz_offset: 0,
    profile: {
      title: user.title,
      phone: '',
      skype: '',
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      status_text: '',
      status_emoji: '',
      team: team.id,
      ...(user.isBot && { bot_id: app.botId, api_app_id: app.appId, always_active: true }),
      ...(app.scopes.includes('users:read.email') && !user.isBot && { email: user.email }),
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    updated: 0,
    is_email_confirmed: !user.isBot,
    who_can_share_contact_card: 'EVERYONE',
  };
}

export const userMethods = [
  defineMethod({
    name: 'users.info',
    tier: 4,
    scopes: ['users:read'],
    takesJson: false,
    args: z.object({ user: z.string() }),
    run(core, args) {
      const user = core.store.user(args.user);
      if (!user) throw new SlackError('user_not_found');
      return { user: slackUser(core, user) };
    },
  }),
  defineMethod({
    name: 'users.list',
    tier: 2,
    scopes: ['users:read'],
    takesJson: false,
    args: z.object({ cursor: z.string().optional(), limit: wholeNumber }),
    run(core, args) {
      const limit = Math.max(1, Math.min(args.limit ?? 1000, 1000));
      const { items, nextCursor } = page(core.store.users(), { cursor: args.cursor, limit }, (user) => user.id);
      return {
        members: items.map((user) => slackUser(core, user)),
        cache_ts: Math.floor(core.now() / 1000),
        response_metadata: { next_cursor: nextCursor },
      };
    },
  }),
  defineMethod({
    name: 'users.lookupByEmail',
    tier: 3,
    scopes: ['users:read.email'],
    takesJson: false,
    args: z.object({ email: z.string() }),
    run(core, args) {
      const user = core.store.users().find((candidate) => !candidate.isBot && candidate.email === args.email);
      if (!user) throw new SlackError('users_not_found');
      return { user: slackUser(core, user) };
    },
  }),
  defineMethod({
    name: 'usergroups.list',
    tier: 2,
    scopes: ['usergroups:read'],
    takesJson: false,
    args: z.object({ include_users: flag, include_count: flag, include_disabled: flag }),
    run: ({ store, team }, args) => ({
      usergroups: store.userGroups().map((group) => ({
        id: group.id,
        team_id: team.id,
        is_usergroup: true,
        name: group.name,
        description: '',
        handle: group.handle,
        is_external: false,
        date_create: 0,
        date_update: 0,
        date_delete: 0,
        auto_type: null,
        prefs: { channels: [], groups: [] },
        ...(args.include_users && { users: group.members }),
        ...(args.include_count && { user_count: group.members.length }),
      })),
    }),
  }),
  defineMethod({
    name: 'usergroups.users.list',
    tier: 2,
    scopes: ['usergroups:read'],
    takesJson: false,
    args: z.object({ usergroup: z.string(), include_disabled: flag }),
    run({ store }, args) {
      const group = store.userGroups().find((candidate) => candidate.id === args.usergroup);
      if (!group) throw new SlackError('no_such_subteam');
      return { users: group.members };
    },
  }),
];
