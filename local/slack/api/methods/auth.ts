import { z } from 'zod';
import { defineMethod } from './method.ts';

export const authMethods = [
  defineMethod({
    name: 'auth.test',
    tier: 'special',
    args: z.object({}),
    run: ({ app, team, store, url }) => ({
      url: `${url()}/`,
      team: team.name,
      user: store.user(app.botUserId)?.name,
      team_id: team.id,
      user_id: app.botUserId,
      bot_id: app.botId,
      app_id: app.appId,
      app_name: app.manifest.display_information.name,
      is_enterprise_install: false,
    }),
  }),
  defineMethod({
    name: 'api.test',
    tier: 4,
    needsToken: false,
    args: z.looseObject({ error: z.string().optional() }),
    run(_core, { token: _token, ...args }) {
      return args.error === undefined ? { args } : { ok: false, error: args.error, args };
    },
  }),
];
