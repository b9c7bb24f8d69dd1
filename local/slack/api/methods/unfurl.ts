import { z } from 'zod';
import type { Json } from '../../page-api.ts';
import { nameParts } from '../blocks/name-parts.ts';
import type { Core } from '../core.ts';
import { editMessage } from '../messages/change-message.ts';
import { channelForApp } from '../messages/channels.ts';
import { checkContent } from '../messages/content.ts';
import { linksIn } from '../messages/links.ts';
import { SlackError } from '../slack-error.ts';
import { defineMethod, structure } from './method.ts';

const Unfurls = z.record(z.string(), z.looseObject({ blocks: z.array(z.unknown()).optional() }));

/** What an app shows below a message for the links in it that belong to its domains. */
export const unfurlMethods = [
  defineMethod({
    name: 'chat.unfurl',
    tier: 3,
    scopes: ['links:write'],
    args: z.object({
      channel: z.string().optional(),
      ts: z.string().optional(),
      unfurl_id: z.string().optional(),
      source: z.enum(['composer', 'conversations_history']).optional(),
      unfurls: structure.optional(),
    }),
    run(core, args) {
      if (args.unfurls === undefined) throw new SlackError('missing_unfurls');
      const parsed = Unfurls.safeParse(args.unfurls);
      if (!parsed.success || Object.keys(parsed.data).length === 0) throw new SlackError('invalid_unfurls_format');
      // Here links are only announced once they are posted, by channel and ts.
      if (args.channel === undefined) throw new SlackError(args.unfurl_id ? 'invalid_unfurl_id' : 'missing_channel');
      if (args.ts === undefined) throw new SlackError('missing_ts');
      const channel = channelForApp(core, args.channel);
      if (!channel) throw new SlackError('cannot_find_channel');
      const message = core.store.message(channel.id, args.ts);
      if (!message || message.isTombstone || message.botId !== undefined) throw new SlackError('cannot_find_message');
      const added = Object.entries(parsed.data).map(([url, unfurl], index) => {
        if (!linksIn(core, message).some((link) => link.url === url)) throw new SlackError('cannot_unfurl_url');
        return attachment(core, { url, index, unfurl });
      });
      const urls = added.map(({ from_url }) => from_url);
      const others = (message.attachments ?? []).filter(({ from_url }) => !urls.includes(from_url));
      editMessage(core, message, { attachments: [...others, ...added] });
      return {};
    },
  }),
];

function attachment(core: Core, { url, index, unfurl }: { url: string; index: number; unfurl: Json }): Json {
  const { attachments } = checkContent(core, { attachments: [unfurl] }, true);
  const [checked] = attachments ?? [];
  return {
    ...checked,
    ...(Array.isArray(checked?.blocks) && { blocks: nameParts(checked.blocks as Json[]) }),
    id: index + 1,
    from_url: url,
    app_unfurl_url: url,
    is_app_unfurl: true,
    app_id: core.app.appId,
    bot_id: core.app.botId,
  };
}
