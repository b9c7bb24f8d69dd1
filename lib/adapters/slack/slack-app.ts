import { type AllMiddlewareArgs, App, AwsLambdaReceiver, type Logger, LogLevel } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../../ports.ts';
import { componentNames } from '../../response/card-content.ts';
import { decodeAction, reportForm } from './action-ids.ts';
import { type AnswerPrivately, type PrivateAnswer, privateAnswers } from './answer-privately.ts';
import { askSlack } from './ask-slack.ts';
import { fileReport, SubmittedForm } from './listeners/file-report.ts';
import { handleClick } from './listeners/handle-click.ts';
import { handleCommand } from './listeners/handle-command.ts';
import type { SlackPorts } from './listeners/slack-ports.ts';
import { type Members, Sender, slackMembers } from './listeners/whose.ts';
import { componentOptions } from './modals/report-modal.ts';
import { type CleanRequest, receiveSlack } from './receive.ts';
import { errorText, otherWorkspaceText } from './texts.ts';
import { parseSigningSecrets } from './verify-signature.ts';
import { clientOptions, type SlackAccess, slackWebClient } from './web-client.ts';

/** The handler of everything that Slack sends: signature first, then Bolt, which finds the listener. */
export function slackHandler(
  ports: SlackPorts,
  { botToken, apiUrl, signingSecret }: SlackAccess & { signingSecret: string },
) {
  const secrets = parseSigningSecrets(signingSecret);
  const receiver = new AwsLambdaReceiver({
    signingSecret: secrets[0] ?? '',
    // Done over the raw bytes, and with both secrets, before Bolt parses anything.
    signatureVerification: false,
    logger: boltLogger(ports.log),
    customPropertiesExtractor: (request) => ({ requestId: (request as unknown as CleanRequest).requestId }),
  });
  const app = new App({
    receiver,
    authorize: async ({ teamId, enterpriseId }) => ({
      botToken,
      ...(teamId && { teamId }),
      ...(enterpriseId && { enterpriseId }),
    }),
    // It compares with the bot's own id, which nothing here needs; without it no request asks Slack who we are.
    ignoreSelf: false,
    attachFunctionToken: false,
    convoStore: false,
    extendedErrorHandler: true,
    logger: boltLogger(ports.log),
    clientOptions: clientOptions(apiUrl),
  });
  // Slack waits 3 s for an answer, so whose somebody is must be known well before.
  const members = slackMembers(slackWebClient({ botToken, apiUrl, timeoutMs: 1000 }), {
    log: ports.log,
    now: () => ports.now().getTime(),
  });
  listen(app, ports, { members, answerPrivately: privateAnswers({ apiUrl, log: ports.log }) });
  const handle = receiver.toHandler();
  return receiveSlack({
    secrets,
    handle: (request) => handle(request as never, {} as never) as Promise<{ statusCode: number; body: string }>,
    now: () => ports.now().getTime(),
    log: ports.log,
  });
}

/** What Bolt hands to app.error with `extendedErrorHandler`; it does not export the type. */
interface ExtendedErrorArgs {
  error: Error;
  body: unknown;
  context: AllMiddlewareArgs['context'];
}

const Click = Sender.extend({
  response_url: z.string().optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().optional() })], z.unknown()),
});

/** Each listener parses, calls one verb and answers: on Lambda the reply leaves when the listener ends. */
function listen(
  app: App,
  ports: SlackPorts,
  { members, answerPrivately }: { members: Members; answerPrivately: AnswerPrivately },
): void {
  app.action(/.*/, async ({ ack, body }) => {
    await ack();
    const click = Click.parse(body);
    const action = decodeAction(click.actions[0]);
    const answer: PrivateAnswer | undefined = !(await members.isMember(click))
      ? { text: otherWorkspaceText }
      : action
        ? await handleClick(ports, action, click.user.id)
        : { text: 'This button is from another version of Kintsugi. `/failure list` has the ones that work.' };
    if (answer) await answerPrivately(click.response_url, answer);
  });

  app.command('/failure', async ({ ack, command, client, context }) => {
    try {
      if (!(await members.isOurWorkspace(command))) {
        return await ack({ response_type: 'ephemeral', text: otherWorkspaceText });
      }
      const answer = await handleCommand(ports, command.text ?? '');
      if ('message' in answer) {
        await ack({ response_type: 'ephemeral', ...answer.message });
        return;
      }
      const opened = await askSlack(() => client.views.open({ trigger_id: command.trigger_id, view: answer.open }));
      if (opened.kind === 'ok') return await ack();
      ports.log('form not opened', {
        requestId: String(context.requestId),
        code: 'code' in opened ? opened.code : opened.kind,
      });
      await ack({
        response_type: 'ephemeral',
        text: 'Slack did not open the form in time. Run the command once more.',
      });
    } catch (error) {
      report(ports.log, error, String(context.requestId));
      await ack({ response_type: 'ephemeral', text: errorText(error, String(context.requestId)) });
    }
  });

  app.options(reportForm.component, async ({ ack, payload, body }) => {
    const known = Object.keys(ports.policy.components).map((name) => componentNames(ports.policy, name));
    const isMember = await members.isMember(Sender.parse(body));
    await ack({ options: isMember ? componentOptions(known, payload.value) : [] });
  });

  app.view(reportForm.callbackId, async ({ ack, body, view, context }) => {
    try {
      const sender = Sender.parse(body);
      if (!(await members.isMember(sender))) {
        return await ack({ response_action: 'errors', errors: { [reportForm.summary]: otherWorkspaceText } });
      }
      const answer = await fileReport(ports, SubmittedForm.parse(view), sender.user.id);
      await ack(
        'errors' in answer
          ? { response_action: 'errors', errors: answer.errors }
          : { response_action: 'update', view: answer.filed },
      );
    } catch (error) {
      // The form stays open with everything that was typed.
      report(ports.log, error, String(context.requestId));
      const words = errorText(error, String(context.requestId)).replaceAll('`', '');
      await ack({ response_action: 'errors', errors: { [reportForm.summary]: words } });
    }
  });

  app.error(async ({ error, body, context }: ExtendedErrorArgs) => {
    const cause = 'original' in error && error.original instanceof Error ? error.original : error;
    report(ports.log, cause, String(context.requestId));
    const { response_url: url } = z.object({ response_url: z.string().optional() }).catch({}).parse(body);
    if (url) await answerPrivately(url, { text: errorText(cause, String(context.requestId)) });
  });
}

function report(log: Log, error: unknown, requestId: string): void {
  log('request failed', { requestId, error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' });
}

/** Bolt's debug lines hold whole requests, tokens included: they are never written. */
function boltLogger(log: Log): Logger {
  const say =
    (level: string) =>
    (...words: unknown[]) =>
      log(`bolt ${level}`, { words: words.map(String).join(' ').slice(0, 500) });
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: say('warning'),
    error: say('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
