import type { Mute } from '../../../noise/mute.ts';
import { standingMutes } from '../../../noise/mute-component.ts';
import { listFailures, withPeriod } from '../../../report/list-failures.ts';
import type { ListQuery } from '../action-ids.ts';
import type { Message } from '../cards/failure-card.ts';
import { listMessage } from '../cards/list-message.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { standingMuteText } from '../mute-texts.ts';
import type { SlackPorts } from './slack-ports.ts';

/** One page of what was asked for, as it stands now. */
export async function showList(ports: SlackPorts, asked: ListQuery): Promise<Message> {
  const { after, trail, ...filter } = asked;
  const page = await listFailures(ports, { ...filter, ...(after && { after }) });
  const isKnown = (component: string) => component in ports.policy.components;
  const query = { ...withPeriod(filter, ports.now()), ...(after && { after }), ...(trail && { trail }) };
  const { text, blocks } = listMessage({ ...page, isKnown }, query);
  // What nobody hears of is listed all the same: said once, before the first page.
  const muted = after ? [] : (await standingMutes(ports)).filter(concerns(filter.component));
  return { text, blocks: [...muted.slice(0, mostMutes).map((mute) => mrkdwn(standingMuteText(mute))), ...blocks] };
}

const mostMutes = 3;
const concerns = (component: string | undefined) => (mute: Mute) => !component || mute.component === component;
