import { listFailures, withPeriod } from '../../../report/list-failures.ts';
import type { ListQuery } from '../action-ids.ts';
import type { Message } from '../cards/failure-card.ts';
import { listMessage } from '../cards/list-message.ts';
import type { SlackPorts } from './slack-ports.ts';

/** One page of what was asked for, as it stands now. */
export async function showList(ports: SlackPorts, asked: ListQuery): Promise<Message> {
  const { after, trail, ...filter } = asked;
  const page = await listFailures(ports, { ...filter, ...(after && { after }) });
  const isKnown = (component: string) => component in ports.policy.components;
  const query = { ...withPeriod(filter, ports.now()), ...(after && { after }), ...(trail && { trail }) };
  return listMessage({ ...page, isKnown }, query);
}
