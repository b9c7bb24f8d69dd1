import type { Answer, CommandRequest } from '../../page-api.ts';
import type { Core } from '../core.ts';
import { type Delivered, deliver } from '../delivery/deliver.ts';
import { personOf } from '../delivery/interaction.ts';
import { payloadChannel } from '../messages/channels.ts';
import { respond } from '../messages/respond.ts';
import { typedText } from '../messages/typed-text.ts';
import { SlackError } from '../slack-error.ts';
import type { ResponseOrigin } from '../state/response-urls.ts';
import { builtInCommands } from './built-in-commands.ts';
import { channelFor, namesOf } from './post.ts';

/** A person runs a slash command; what the app answers in time is shown as it says. */
export async function runCommand(
  core: Core,
  { user: id, channel: channelId, text: typed }: CommandRequest,
): Promise<Answer> {
  const { app, team } = core;
  const user = personOf(core, id);
  const channel = channelFor(core, channelId, user.id);
  const [name = '', ...rest] = typed.trim().split(/(?<=^\S+)\s+/);
  const builtIn = builtInCommands.get(name);
  if (builtIn) {
    builtIn(core, channel, rest.join(' '), user.id);
    return { ok: true };
  }
  const command = app.manifest.features.slash_commands.find((known) => known.command === name);
  if (!command) {
    const words = `${name} is not a valid command.`;
    core.screens.notice(user.id, { type: 'notice', channel: channel.id, text: words });
    return { ok: false, error: words };
  }

  const origin: ResponseOrigin = { channel: channel.id, user: user.id, original: { kind: 'none' } };
  const shown = payloadChannel(channel);
  const form = new URLSearchParams({
    token: app.verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: shown.id,
    channel_name: shown.name,
    user_id: user.id,
    user_name: user.name,
    command: name,
    text: typedText(rest.join(' '), namesOf(core), command.should_escape ? 'escaped-command' : 'command'),
    api_app_id: app.appId,
    is_enterprise_install: 'false',
    response_url: core.url() + core.responseUrls.issue(origin, 'commands'),
    trigger_id: core.triggers.issue({ user: user.id, channel: channel.id }),
  });
  const outcome = await deliver(core, {
    delivery: 'command',
    contentType: 'application/x-www-form-urlencoded',
    body: form.toString(),
  });
  const error = failureOf(outcome) ?? showAnswer(core, origin, outcome);
  if (error === undefined) return { ok: true };
  const words = `${name} failed with the error "${error}"`;
  core.screens.notice(user.id, { type: 'notice', channel: channel.id, text: words });
  return { ok: false, error: words };
}

function failureOf(outcome: Delivered): string | undefined {
  if (outcome.kind === 'answered') return undefined;
  return outcome.reason === 'http_timeout' ? 'operation_timeout' : 'dispatch_failed';
}

/** The body of the answer is shown to the person, or to all with `response_type: in_channel`. */
function showAnswer(core: Core, origin: ResponseOrigin, outcome: Delivered): string | undefined {
  if (outcome.kind !== 'answered' || outcome.body.trim() === '') return undefined;
  try {
    const isJson = outcome.contentType.includes('json');
    const given: unknown = isJson ? JSON.parse(outcome.body) : { text: outcome.body };
    // An empty object or string says nothing, and is no mistake.
    if (given !== '' && JSON.stringify(given) !== '{}') respond(core, origin, given);
    return undefined;
  } catch (error) {
    if (error instanceof SlackError) return error.code;
    if (error instanceof SyntaxError) return 'invalid_command_response';
    throw error;
  }
}
