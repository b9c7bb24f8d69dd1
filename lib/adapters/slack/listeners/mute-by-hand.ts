import { z } from 'zod';
import { closest } from '../../../closest.ts';
import { muteComponent, unmuteComponent } from '../../../noise/mute-component.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { ComponentName } from '../../../signal/signal.ts';
import { unregistered } from '../cards/gates-message.ts';
import { muteForm, readMute } from '../modals/mute-modal.ts';
import { mutedText, muteTexts } from '../mute-texts.ts';
import { forbiddenText } from '../refusal-texts.ts';
import { type Form, parseMetadata } from './form.ts';
import { gateLevel } from './handle-tool-click.ts';
import { refuseForm } from './refuse-form.ts';
import type { SlackPorts } from './slack-ports.ts';

export const muteByHand: Form = {
  callbackId: muteForm.callbackId,
  firstField: muteForm.reason,
  async submit(ports, form, by) {
    const { component } = parseMetadata(z.object({ component: ComponentName }), form);
    const read = readMute(form.state.values);
    if ('errors' in read) return read;
    const { forMs, reason } = read.draft;
    const forbidden = await mayNotStart(ports, { by, level: gateLevel });
    if (forbidden) return refuseForm(forbiddenText(forbidden), { field: muteForm.reason, typed: reason });
    const outcome = await muteComponent(ports, { component, forMs, by, reason: await ports.redact(reason) });
    return { notice: { title: 'Mute', text: mutedText(outcome) } };
  },
};

/** By command, with its reason. */
export async function muteAs(
  ports: SlackPorts,
  { component, forMs, reason, by }: { component: string; forMs: number; reason: string; by: string },
): Promise<string> {
  const forbidden = await mayNotStart(ports, { by, level: gateLevel });
  if (forbidden) return forbiddenText(forbidden);
  const muted = mutedText(await muteComponent(ports, { component, forMs, by, reason: await ports.redact(reason) }));
  return `${muted}${await strangerNote(ports, component)}`;
}

/** What kintsugi.yml does not name fails and is muted, too; one that has nothing open either may well be mistyped. */
async function strangerNote({ policy, failures }: SlackPorts, component: string): Promise<string> {
  if (Object.hasOwn(policy.components, component)) return '';
  const open = await failures.listOpen({ component, limit: 1 });
  if (open.failures.length > 0) return '';
  return ` ⚠️ ${unregistered(component, closest(component, Object.keys(policy.components)))}`;
}

export async function unmuteAs(
  ports: SlackPorts,
  { component, by }: { component: string; by: string },
): Promise<string> {
  const forbidden = await mayNotStart(ports, { by, level: gateLevel });
  if (forbidden) return forbiddenText(forbidden);
  const outcome = await unmuteComponent(ports, { component, by });
  return outcome.kind === 'unmuted' ? muteTexts.unmuted(component) : muteTexts.notMuted(component);
}
