import { z } from 'zod';
import { askSlack } from '../ask-slack.ts';
import { unfurlLinks } from '../links/unfurl-links.ts';
import type { Listening } from './interaction.ts';

const Shared = z.object({
  team_id: z.string().optional(),
  enterprise_id: z.string().nullish(),
  /** What does not say that it is ours alone is not. */
  is_ext_shared_channel: z.boolean().default(true),
  event: z.object({
    channel: z.string(),
    message_ts: z.string(),
    /** While somebody still writes it is not known yet who will read it. */
    source: z.string().default('conversations_history'),
    links: z.array(z.object({ url: z.string() })).max(100),
  }),
});

/** Somebody posts a link to a failure. */
export function listenToLinks({ app, ports, members }: Listening): void {
  app.event('link_shared', async ({ body, client }) => {
    const { team_id, enterprise_id, is_ext_shared_channel: isShared, event } = Shared.parse(body);
    const { channel, message_ts: ts, source, links } = event;
    if (source === 'composer') return;
    const belongs = await members.isOurWorkspace({ team_id, enterprise_id: enterprise_id ?? undefined });
    if (belongs !== 'ours') return;
    const unfurls = await unfurlLinks(ports, { channel, isShared, urls: links.map(({ url }) => url) });
    if (Object.keys(unfurls).length === 0) return;
    const said = await askSlack(() => client.chat.unfurl({ channel, ts, unfurls }));
    if (said.kind !== 'ok') ports.log('link not unfurled', { code: 'code' in said ? said.code : said.kind });
  });
}
