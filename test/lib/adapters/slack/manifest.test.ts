import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortcuts } from '../../../../lib/adapters/slack/action-ids.ts';
import { usageHint } from '../../../../lib/adapters/slack/commands/subcommands.ts';
import { parseSlackManifest } from '../../../../local/slack/manifest.ts';

const json = JSON.parse(readFileSync('slack-manifest.json', 'utf8'));
const folder = 'lib/adapters/slack';
const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

/** Bot scopes by method, from Slack's reference; both kinds of channels that cards go to. */
const scopesOf: Record<string, string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.unfurl': ['links:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'conversations.join': ['channels:join'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** Without it Slack does not send the event. */
const scopeOfEvent: Record<string, string[]> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  link_shared: ['links:read'],
};

describe('the app manifest', () => {
  it('keeps to Slack’s rules', () => {
    expect(() => parseSlackManifest(json)).not.toThrow();
    expect(json.display_information.description.length).toBeLessThanOrEqual(140);
    const urls = [
      json.settings.interactivity.request_url,
      json.settings.interactivity.message_menu_options_url,
      json.settings.event_subscriptions.request_url,
      ...json.features.slash_commands.map(({ url }: { url: string }) => url),
    ];
    expect(new Set(urls).size).toBe(1);
  });

  it('hints at every subcommand, as the table of them does', () => {
    expect(json.features.slash_commands[0].usage_hint).toBe(usageHint);
  });

  it('asks for exactly the scopes of the methods that are called', () => {
    const called = [...code.matchAll(/client\.((?:\w+\.)+\w+)\(/g)].map(([, method = '']) => method);
    expect([...new Set(called)].sort()).toEqual(Object.keys(scopesOf).sort());
    const events: string[] = json.settings.event_subscriptions.bot_events;
    const needed = new Set([
      'commands',
      ...called.flatMap((method) => scopesOf[method] ?? ['unknown']),
      ...events.flatMap((event) => scopeOfEvent[event] ?? ['unknown']),
    ]);
    expect(json.oauth_config.scopes.bot).toEqual([...needed].sort());
  });

  it('declares exactly the commands, shortcuts and events that are listened to', () => {
    const commands = [...code.matchAll(/app\.command\('([^']+)'/g)].map(([, command]) => command);
    expect(json.features.slash_commands.map(({ command }: { command: string }) => command)).toEqual(commands);
    expect(json.features.shortcuts.map(({ callback_id }: { callback_id: string }) => callback_id).sort()).toEqual(
      Object.values(shortcuts).sort(),
    );
    expect(code).not.toMatch(/app\.message\(/);
    const events = [...code.matchAll(/app\.event\('([^']+)'/g)].map(([, event]) => event);
    expect(json.settings.event_subscriptions.bot_events).toEqual(events.sort());
  });

  it('hints at every subcommand that the help explains', () => {
    const hint: string = json.features.slash_commands[0].usage_hint;
    for (const [, verb] of code.matchAll(/^ {2}'`\/failure (\w+)/gm)) expect(hint).toContain(verb);
  });
});
