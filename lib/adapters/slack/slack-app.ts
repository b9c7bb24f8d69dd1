import { App, AwsLambdaReceiver, type Logger, LogLevel } from '@slack/bolt';
import type { Context } from 'aws-lambda';
import type { Log } from '../../ports.ts';
import { privateAnswers } from './answer-privately.ts';
import { listenToClicks } from './interactions/on-click.ts';
import { listenToCommands } from './interactions/on-command.ts';
import { listenToErrors } from './interactions/on-error.ts';
import { listenToForms } from './interactions/on-form.ts';
import { listenToHome } from './interactions/on-home.ts';
import { listenToLinks } from './interactions/on-link.ts';
import { listenToMentions } from './interactions/on-mention.ts';
import { listenToMenus } from './interactions/on-menu.ts';
import { listenToShortcuts } from './interactions/on-shortcut.ts';
import { answerLink } from './links/answer-link.ts';
import type { SlackPorts } from './listeners/slack-ports.ts';
import { slackMembers } from './listeners/whose.ts';
import { slackNames } from './people-names.ts';
import { slackChannels, slackPermalinks, slackReaders } from './readers.ts';
import { type CleanRequest, receiveSlack, type SlackRequest } from './receive.ts';
import { withinRequest } from './request-time.ts';
import { slackMemberKind, slackRoles } from './roles.ts';
import { parseSigningSecrets } from './verify-signature.ts';
import { clientOptions, type SlackAccess, slackWebClient } from './web-client.ts';

/**
 * The handler of everything that Slack sends: signature first, then Bolt, which finds the listener. Each listener parses,
 * calls one verb and answers: on Lambda the reply leaves when the listener ends.
 */
export function slackHandler(
  given: SlackPorts,
  { botToken, apiUrl, signingSecret }: SlackAccess & { signingSecret: string },
) {
  const now = () => given.now().getTime();
  const secrets = parseSigningSecrets(signingSecret);
  const receiver = new AwsLambdaReceiver({
    signingSecret: secrets[0] ?? '',
    // Done over the raw bytes, and with both secrets, before Bolt parses anything.
    signatureVerification: false,
    logger: boltLogger(given.log),
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
    logger: boltLogger(given.log),
    clientOptions: clientOptions(apiUrl),
  });
  // Slack waits 3 s for an answer, so whose somebody is, and who may, must be known well before.
  const client = slackWebClient({ botToken, apiUrl, timeoutMs: 1000 });
  const listening = {
    app,
    ports: {
      ...given,
      askRole: slackRoles(client, { now }),
      askMember: slackMemberKind(client),
      askNames: slackNames(client),
      askReaders: slackReaders(client),
      askChannel: slackChannels(client, now),
      askPermalink: slackPermalinks(client),
    },
    members: slackMembers(client, { log: given.log }),
    answerPrivately: privateAnswers({ apiUrl, log: given.log }),
  };
  // While the sandbox starts: the first click need not wait for it, and where it fails the next one asks again.
  listening.members
    .prepare()
    .catch((error: unknown) => given.log('whose the app is: not asked', { error: String(error) }));
  listenToClicks(listening);
  listenToCommands(listening);
  listenToForms(listening);
  listenToMenus(listening);
  listenToShortcuts(listening);
  listenToHome(listening);
  listenToLinks(listening);
  listenToMentions(listening);
  listenToErrors(listening);

  const handle = receiver.toHandler();
  const receive = receiveSlack({
    secrets,
    handle: (request) =>
      withinRequest(() => handle(request as never, {} as never) as Promise<{ statusCode: number; body: string }>),
    now,
    log: given.log,
  });
  return async (request: SlackRequest, context: Pick<Context, 'awsRequestId'>) =>
    (await answerLink(given, request, context.awsRequestId)) ?? receive(request, context);
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
