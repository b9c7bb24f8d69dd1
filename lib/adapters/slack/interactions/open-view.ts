import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../../ports.ts';
import { askSlack } from '../ask-slack.ts';

/** Slack holds a form open for the asker for three seconds after the click; what came too late is said. */
export async function openView(
  client: WebClient,
  view: ModalView,
  { triggerId, isInForm, log, requestId }: { triggerId: string; isInForm: boolean; log: Log; requestId: string },
): Promise<{ problem: string } | undefined> {
  const opened = await askSlack(() =>
    // A form that is opened from a form lies on top of it.
    isInForm ? client.views.push({ trigger_id: triggerId, view }) : client.views.open({ trigger_id: triggerId, view }),
  );
  if (opened.kind === 'ok') return undefined;
  log('form not opened', { requestId, code: 'code' in opened ? opened.code : opened.kind });
  const isLate =
    opened.kind !== 'refused' ||
    ['expired_trigger_id', 'trigger_expired', 'invalid_trigger', 'invalid_trigger_id'].includes(opened.code);
  return {
    problem: isLate
      ? 'Slack did not open the form in time. Try it once more.'
      : `Slack did not open the form (${opened.code}). If trying once more does not help, tell your operator.`,
  };
}
