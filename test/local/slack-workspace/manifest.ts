/** An app that uses everything that the workspace knows. */
export const manifest = {
  display_information: { name: 'Mender' },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
    bot_user: { display_name: 'mender', always_online: true },
    shortcuts: [
      { name: 'Report', type: 'global', callback_id: 'report', description: 'Open the form' },
      { name: 'Report as failure', type: 'message', callback_id: 'report_message', description: 'File this message' },
    ],
    slash_commands: [
      { command: '/mend', description: 'Mend things', usage_hint: 'what', should_escape: true },
      { command: '/plain', description: 'Takes names as typed' },
    ],
    unfurl_domains: ['mender.example'],
  },
  oauth_config: {
    scopes: {
      bot: [
        'app_mentions:read',
        'channels:history',
        'channels:join',
        'channels:read',
        'chat:write',
        'commands',
        'groups:history',
        'groups:read',
        'im:write',
        'links:read',
        'links:write',
        'reactions:read',
        'reactions:write',
        'usergroups:read',
        'users:read',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      request_url: 'https://mender.example/slack',
      bot_events: ['app_home_opened', 'app_mention', 'link_shared', 'reaction_added'],
    },
    interactivity: { is_enabled: true, request_url: 'https://mender.example/slack' },
  },
};
