import { z } from 'zod';

/** The parts of an app manifest that decide how the workspace treats the app, with Slack's own limits on them. */
export const SlackManifest = z.object({
  display_information: z.object({ name: z.string().min(1).max(35) }),
  features: z.object({
    app_home: z
      .object({
        home_tab_enabled: z.boolean().default(false),
        messages_tab_enabled: z.boolean().default(false),
        messages_tab_read_only_enabled: z.boolean().default(true),
      })
      .default({ home_tab_enabled: false, messages_tab_enabled: false, messages_tab_read_only_enabled: true }),
    bot_user: z.object({ display_name: z.string().min(1).max(80) }),
    shortcuts: z
      .array(
        z.object({
          name: z.string().min(1).max(24),
          type: z.enum(['global', 'message']),
          callback_id: z.string().min(1).max(255),
          description: z.string().min(1).max(150),
        }),
      )
      .max(10)
      .default([]),
    slash_commands: z
      .array(
        z.object({
          command: z
            .string()
            .min(2)
            .max(32)
            .regex(/^\/\S+$/),
          description: z.string().min(1).max(2000),
          usage_hint: z.string().max(1000).default(''),
          should_escape: z.boolean().default(false),
        }),
      )
      .max(50)
      .default([]),
    unfurl_domains: z.array(z.string()).max(5).default([]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()).max(255) }) }),
  settings: z
    .object({
      event_subscriptions: z
        .object({ bot_events: z.array(z.string()).max(100).default([]) })
        .default({ bot_events: [] }),
      interactivity: z.object({ is_enabled: z.boolean() }).default({ is_enabled: false }),
    })
    .default({ event_subscriptions: { bot_events: [] }, interactivity: { is_enabled: false } }),
});
export type SlackManifest = z.output<typeof SlackManifest>;

/** From what `slack-manifest.json` holds, or an error that says what is wrong in it. */
export function parseSlackManifest(given: unknown): SlackManifest {
  const parsed = SlackManifest.safeParse(given);
  if (!parsed.success) throw new Error(`slack-manifest.json is not usable:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
