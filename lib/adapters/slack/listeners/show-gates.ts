import { byWeight } from '../../../gate/by-weight.ts';
import { gatesOf } from '../../../gate/depends-on.ts';
import { gateAnswer, isActive } from '../../../gate/may-go-on.ts';
import { dependencies } from '../../../gate/publish-registry.ts';
import { stands } from '../../../noise/mute.ts';
import { componentNames } from '../../../response/card-content.ts';
import type { Message } from '../cards/failure-card.ts';
import { gateMessage, gatesMessage } from '../cards/gates-message.ts';
import { mrkdwn } from '../cards/mrkdwn.ts';
import { closest } from '../did-you-mean.ts';
import { standingMuteText } from '../mute-texts.ts';
import type { GateQuery } from '../tool-action-ids.ts';
import type { SlackPorts } from './slack-ports.ts';

/** The gates as they are now: all that are shut, or the one of a component with all that have a say in it. */
export async function showGates(
  ports: Pick<SlackPorts, 'gates' | 'policy' | 'now' | 'mutes'>,
  query: GateQuery,
  news?: string,
): Promise<Message> {
  const message = await gatesNow(ports, query);
  const mute = query.scope === undefined ? undefined : await ports.mutes.get(query.scope);
  // A mute opens and shuts nothing; who looks here wonders why it is so quiet.
  const said = [...(news ? [news] : []), ...(stands(mute, ports.now()) ? [standingMuteText(mute)] : [])];
  return { ...message, blocks: [...said.map(mrkdwn), ...message.blocks] };
}

async function gatesNow(
  { gates, policy, now }: Pick<SlackPorts, 'gates' | 'policy' | 'now'>,
  { scope }: GateQuery,
): Promise<Message> {
  const { holders, unreadable } = await gates.held();
  const at = now();
  const shut = holders.filter((holder) => isActive(holder, at)).sort(byWeight);
  if (scope === undefined) return gatesMessage(shut, unreadable);
  // What kintsugi.yml says now, which the hosts learn with the next change.
  const dependsOn = dependencies(policy);
  const concerned = gatesOf(scope, dependsOn);
  const names = [...Object.keys(policy.components), ...Object.keys(policy.shared)];
  const isKnown = names.includes(scope) || holders.some((holder) => holder.scope === scope);
  const registry = { schema: 1 as const, dependsOn, publishedAt: at.toISOString() };
  return gateMessage(
    { scope, title: titleOf(policy, scope), isKnown, meant: isKnown ? undefined : closest(scope, names) },
    gateAnswer({ holders, registry }, { component: scope }, at),
    shut.filter((holder) => concerned.has(holder.scope)),
  );
}

function titleOf(policy: SlackPorts['policy'], scope: string): string {
  const shared = Object.hasOwn(policy.shared, scope) ? policy.shared[scope]?.title : undefined;
  const title = shared ?? componentNames(policy, scope).title;
  return title === scope ? scope : `${title} (${scope})`;
}
