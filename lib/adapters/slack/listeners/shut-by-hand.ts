import { z } from 'zod';
import { GateScope } from '../../../gate/gate-scope.ts';
import { publishRegistry } from '../../../gate/publish-registry.ts';
import { shutGate } from '../../../gate/shut-gate.ts';
import { mayNotStart } from '../../../recovery/may-start.ts';
import { dateMrkdwn } from '../cards/rich-text.ts';
import { escapeMrkdwn } from '../escape.ts';
import { gateForm, readGate } from '../modals/gate-modal.ts';
import { forbiddenText } from '../refusal-texts.ts';
import { type Form, parseMetadata } from './form.ts';
import { gateLevel } from './handle-tool-click.ts';
import { refuseForm } from './refuse-form.ts';

const Subject = z.object({ scope: GateScope, openedAt: z.iso.datetime() });

/** One holder a person and scope: shutting it twice is shutting it once. */
export const shutByHand: Form = {
  callbackId: gateForm.callbackId,
  firstField: gateForm.reason,
  async submit(ports, form, by) {
    const { scope, openedAt } = parseMetadata(Subject, form);
    const read = readGate(form.state.values, ports.now());
    if ('errors' in read) return read;
    const { draft } = read;
    const forbidden = await mayNotStart(ports, { by, level: gateLevel });
    if (forbidden) return refuseForm(forbiddenText(forbidden), { field: gateForm.reason, typed: draft.reason });
    const until = draft.mode === 'hold' ? draft.until.toISOString() : undefined;
    // Hosts must know what depends on what before they ask this gate.
    await publishRegistry(ports);
    const shut = await shutGate(ports, {
      scope,
      id: `hand#${by}`,
      mode: draft.mode,
      reason: await ports.redact(draft.reason),
      opens: until ? 'at its time, once one item has worked' : 'by hand, with /failure gate',
      by,
      since: openedAt,
      ...(until && { until }),
    });
    if (shut.kind === 'opened-since') {
      const text = 'This gate was opened after this form was. Look at it again with /failure gate before you shut it.';
      return { errors: { [gateForm.reason]: text } };
    }
    if (shut.kind === 'over') return { errors: { [gateForm.until]: 'That time has come. Choose one to come.' } };
    ports.log('gate shut by hand', { scope, by, mode: shut.holder.mode });
    const end = shut.holder.until ? ` until ${dateMrkdwn(shut.holder.until)}` : '';
    return { notice: { title: 'Shut', text: `The gate of *${escapeMrkdwn(scope)}* is shut${end}.` } };
  },
};
