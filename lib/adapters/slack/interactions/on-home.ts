import { z } from 'zod';
import { publishOpened, SeenHome } from '../home/publish-home.ts';
import type { Listening } from './interaction.ts';

const Opened = z.object({
  team_id: z.string().optional(),
  enterprise_id: z.string().nullish(),
  event: z.object({
    user: z.string(),
    tab: z.string(),
    /** What stands there; absent the first time. */
    view: SeenHome.optional(),
  }),
});

/** Somebody opens the app's Home tab. */
export function listenToHome({ app, ports, members }: Listening): void {
  app.event('app_home_opened', async ({ body, client, context }) => {
    const { team_id, enterprise_id, event } = Opened.parse(body);
    if (event.tab !== 'home') return;
    const belongs = await members.isOurWorkspace({ team_id, enterprise_id: enterprise_id ?? undefined });
    const { user, view: seen } = event;
    await publishOpened(ports, client, { user, belongs, seen, requestId: String(context.requestId) });
  });
}
