import { componentNames } from '../../../response/card-content.ts';
import { reportForm } from '../action-ids.ts';
import { Sender } from '../listeners/whose.ts';
import { componentOptions } from '../modals/report-modal.ts';
import type { Listening } from './interaction.ts';

/** Menus whose choices are asked for while somebody types in them. */
export function listenToMenus({ app, ports, members }: Listening): void {
  app.options(reportForm.component, async ({ ack, payload, body }) => {
    const known = Object.keys(ports.policy.components).map((name) => componentNames(ports.policy, name));
    const isStranger = (await members.isMember(Sender.parse(body))) === 'not-ours';
    await ack({ options: isStranger ? [] : componentOptions(known, payload.value) });
  });
}
