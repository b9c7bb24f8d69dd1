import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { decodeAction } from '../action-ids.ts';
import { askSlack } from '../ask-slack.ts';
import { type ClickAnswer, handleClick } from '../listeners/handle-click.ts';
import { handleToolClick } from '../listeners/handle-tool-click.ts';
import { Sender } from '../listeners/whose.ts';
import { notice } from '../modals/form-parts.ts';
import { otherWorkspaceText } from '../texts.ts';
import { decodeToolAction } from '../tool-action-ids.ts';
import type { Listening } from './interaction.ts';
import { openView } from './open-view.ts';

const Click = Sender.extend({
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  /** The form in which it was pressed; absent for a button of a message. */
  view: z.object({ id: z.string() }).optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().optional() })], z.unknown()),
});
type Click = z.infer<typeof Click>;

/** Buttons, in messages and in forms. */
export function listenToClicks({ app, ports, members, answerPrivately }: Listening): void {
  app.action(/.*/, async ({ ack, body, client, context }) => {
    await ack();
    const click = Click.parse(body);
    const answer = (await members.isMember(click)) ? await carryOut(click) : { text: otherWorkspaceText };
    if (!answer) return;
    const { view, response_url: url } = click;
    if ('open' in answer) {
      const failed = await openView(client, answer.open, {
        triggerId: click.trigger_id ?? '',
        isInForm: view !== undefined,
        log: ports.log,
        requestId: String(context.requestId),
      });
      if (failed) await answerPrivately(url, { text: failed.problem });
      return;
    }
    if ('update' in answer) return await redraw(client, view?.id, answer.update);
    // Who pressed a button in a form looks at the form, and Slack gives no other way to answer.
    if (view) return await redraw(client, view.id, notice('Kintsugi', answer.text));
    await answerPrivately(url, answer);
  });

  async function redraw(client: WebClient, viewId: string | undefined, view: ReturnType<typeof notice>): Promise<void> {
    if (!viewId) return;
    const said = await askSlack(() => client.views.update({ view_id: viewId, view }));
    if (said.kind !== 'ok') ports.log('form not redrawn', { code: 'code' in said ? said.code : said.kind });
  }

  async function carryOut({ actions: [pressed], user }: Click): Promise<ClickAnswer> {
    const action = decodeAction(pressed);
    if (action) return handleClick(ports, action, user.id);
    const tool = decodeToolAction(pressed);
    if (tool) return handleToolClick(ports, tool, user.id);
    return { text: 'This button is from another version of Kintsugi. `/failure list` has the ones that work.' };
  }
}
