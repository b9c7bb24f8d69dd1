import { z } from 'zod';
import { componentNames } from '../../../response/card-content.ts';
import { reportForm } from '../action-ids.ts';
import { FailureSubject } from '../listeners/form.ts';
import { mergeCandidates } from '../listeners/merge-by-hand.ts';
import { openItems } from '../listeners/report-items.ts';
import { Sender } from '../listeners/whose.ts';
import { readEntered } from '../modals/entered.ts';
import { mergeForm, mergeOptions } from '../modals/merge-modal.ts';
import { componentOptions, workItemOptions } from '../modals/report-modal.ts';
import type { Listening } from './interaction.ts';

/** The form in which somebody types. */
const Asking = z.object({
  view: z.object({
    private_metadata: z.string().transform((text) => FailureSubject.parse(JSON.parse(text))),
  }),
});

/** What is chosen in it so far, where Slack says so. */
const Filling = z.object({ view: z.object({ state: z.object({ values: z.unknown() }).optional() }) });

/** Menus whose choices are asked for while somebody types in them. */
export function listenToMenus({ app, ports, members }: Listening): void {
  app.options(reportForm.component, async ({ ack, payload, body }) => {
    const known = Object.keys(ports.policy.components).map((name) => componentNames(ports.policy, name));
    const isStranger = (await members.isMember(Sender.parse(body))) === 'not-ours';
    await ack({ options: isStranger ? [] : componentOptions(known, payload.value) });
  });
  app.options(reportForm.workItem, async ({ ack, payload, body }) => {
    const { state } = Filling.parse(body).view;
    const component = state && readEntered(state.values).choice(reportForm.component);
    const isMember = (await members.isMember(Sender.parse(body))) === 'ours';
    const items = isMember ? await openItems(ports, component) : [];
    await ack({ options: workItemOptions(items, isMember ? payload.value : '') });
  });
  app.options(mergeForm.other, async ({ ack, payload, body }) => {
    const subject = Asking.parse(body).view.private_metadata;
    const isMember = (await members.isMember(Sender.parse(body))) === 'ours';
    const candidates = isMember ? await mergeCandidates(ports, subject.failureId, payload.value) : [];
    await ack({ options: mergeOptions(candidates) });
  });
}
