import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { type Action, decodeAction } from '../action-ids.ts';
import type { PrivateAnswer } from '../answer-privately.ts';
import { askSlack } from '../ask-slack.ts';
import { errorText } from '../error-texts.ts';
import { publishPressed, SeenHome } from '../home/publish-home.ts';
import { type ClickAnswer, handleClick } from '../listeners/handle-click.ts';
import { handleToolClick } from '../listeners/handle-tool-click.ts';
import { type Belongs, Sender } from '../listeners/whose.ts';
import { notice } from '../modals/form-parts.ts';
import { otherWorkspaceText, unknownWorkspaceText } from '../refusal-texts.ts';
import { timeForLastWord } from '../request-time.ts';
import { tellDirectly } from '../tell-directly.ts';
import { decodeToolAction, type ToolAction } from '../tool-action-ids.ts';
import { type Listening, logFailed } from './interaction.ts';
import { openView } from './open-view.ts';

const Click = Sender.extend({
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  /** The form, or the Home, in which it was pressed; absent for a button of a message. */
  view: SeenHome.partial().extend({ id: z.string(), type: z.string().optional() }).optional(),
  /** The message in which it was pressed; absent for a form and for Home. */
  container: z.object({ channel_id: z.string().optional(), is_ephemeral: z.boolean().optional() }).optional(),
  actions: z.tuple(
    [
      z.object({
        action_id: z.string(),
        value: z.string().optional(),
        block_id: z.string().optional(),
        selected_options: z.array(z.object({ value: z.string() })).optional(),
      }),
    ],
    z.unknown(),
  ),
});
type Click = z.infer<typeof Click>;

interface HomePress {
  click: Click;
  client: WebClient;
  belongs: Belongs;
  answer: ClickAnswer;
  requestId: string;
}

/** Slack takes five through the address of one press. */
const mostAnswers = 4;

/** These only show something. */
const reading: (Action['do'] | ToolAction['do'])[] = [
  'list-page',
  'list-back',
  'queue-page',
  'search-next',
  'search-back',
  'more',
  'home-refresh',
  'home-report',
  'bundle-page',
  'bundle-back',
];

/** Buttons, in messages and in forms. Whoever presses one is always told something, or sees it change. */
export function listenToClicks({ app, ports, members, answerPrivately }: Listening): void {
  app.action(/.*/, async ({ ack, body, client, context }) => {
    await ack();
    const click = Click.parse(body);
    const requestId = String(context.requestId);
    const belongs = await belongsTo(click, requestId);
    const answer = await answerTo(click, belongs, requestId);
    if (click.view?.type === 'home') return await answerInHome({ click, client, belongs, answer, requestId });
    if (!answer) return;
    if ('open' in answer) {
      const isInForm = click.view !== undefined;
      const triggerId = click.trigger_id ?? '';
      const failed = await openView(client, answer.open, { triggerId, isInForm, log: ports.log, requestId });
      if (failed) await tell(client, click, { text: failed.problem });
      return;
    }
    if (!('update' in answer)) return await tell(client, click, answer);
    if (await redraw(client, click, answer.update)) return;
    await tell(client, click, { text: 'That was done or refused, and Slack does not show which: look at the card.' });
  });

  /** Its form opens over it; all else is said and seen in it, drawn anew. */
  async function answerInHome({ click, client, belongs, answer, requestId }: HomePress): Promise<void> {
    let news = answer && 'text' in answer && !answer.replaces ? answer.text : undefined;
    if (answer && ('open' in answer || 'update' in answer)) {
      const view = 'open' in answer ? answer.open : answer.update;
      const triggerId = click.trigger_id ?? '';
      const failed = await openView(client, view, { triggerId, isInForm: false, log: ports.log, requestId });
      if (!failed) return;
      news = failed.problem;
    }
    const seen = SeenHome.safeParse(click.view).data;
    const visit = { user: click.user.id, belongs, seen, requestId, news };
    if (await publishPressed(ports, client, visit)) return;
    const text = news ?? 'That was done, and Slack does not show it: open Home again.';
    await tellDirectly(client, { user: click.user.id, text, log: ports.log });
  }

  /** Who cannot be told apart may read, and changes nothing. */
  async function belongsTo(click: Click, requestId: string): Promise<Belongs> {
    try {
      return await members.isMember(click);
    } catch (error) {
      logFailed(ports.log, error, requestId);
      return 'unknown';
    }
  }

  async function answerTo(click: Click, belongs: Belongs, requestId: string): Promise<ClickAnswer> {
    try {
      if (belongs === 'not-ours') return { text: otherWorkspaceText };
      return await carryOut(click, belongs === 'ours');
    } catch (error) {
      logFailed(ports.log, error, requestId);
      return { text: errorText(error, requestId) };
    }
  }

  /** Who pressed a button in a form looks at the form: it says so itself, and where Slack does not let it, a direct message does. */
  async function tell(client: WebClient, click: Click, answer: PrivateAnswer): Promise<void> {
    if (!click.view) {
      // Of several who press at once each draws what they saw: the last one that gets there must be the newest.
      let shown: PrivateAnswer | undefined = answer;
      for (let times = 0; shown && times < mostAnswers; times++) {
        await answerPrivately(click.response_url, shown);
        shown = await shown.newer?.();
      }
      return;
    }
    if (await redraw(client, click, notice('Kintsugi', answer.text))) return;
    await tellDirectly(client, { user: click.user.id, text: answer.text, log: ports.log });
  }

  async function redraw(client: WebClient, { view: shown }: Click, view: ModalView): Promise<boolean> {
    if (!shown) return false;
    const said = await askSlack(() => client.views.update({ view_id: shown.id, view }), { ms: timeForLastWord(1000) });
    if (said.kind !== 'ok') ports.log('form not redrawn', { code: 'code' in said ? said.code : said.kind });
    return said.kind === 'ok';
  }

  async function carryOut({ actions: [pressed], user, container }: Click, isKnown: boolean): Promise<ClickAnswer> {
    const action = decodeAction(pressed);
    const tool = decodeToolAction(pressed);
    const verb = action?.do ?? tool?.do;
    if (verb && !isKnown && !reading.includes(verb)) return { text: unknownWorkspaceText };
    if (action) return handleClick(ports, action, user.id);
    const { channel_id: channel, is_ephemeral: isPrivate = false } = container ?? {};
    const seenIn = channel !== undefined && !isPrivate ? channel : undefined;
    if (tool) return handleToolClick(ports, tool, user.id, seenIn);
    return { text: 'This button is from another version of Kintsugi. `/failure list` has the ones that work.' };
  }
}
