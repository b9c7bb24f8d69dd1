import { z } from 'zod';
import { muteComponent, unmuteComponent } from '../../../noise/mute-component.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { ComponentName } from '../../../signal/signal.ts';
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
  return mutedText(await muteComponent(ports, { component, forMs, by, reason: await ports.redact(reason) }));
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
