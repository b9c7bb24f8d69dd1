import { errorText } from '../error-texts.ts';
import { type Form, type FormAnswer, SubmittedForm } from '../listeners/form.ts';
import { forms } from '../listeners/forms.ts';
import { plainWords } from '../listeners/refuse-form.ts';
import { Sender } from '../listeners/whose.ts';
import { notice } from '../modals/form-parts.ts';
import { otherWorkspaceText, unknownWorkspaceText } from '../refusal-texts.ts';
import { type Listening, logFailed } from './interaction.ts';

/** Forms that people send off. */
export function listenToForms({ app, ports, members }: Listening): void {
  for (const form of forms) {
    app.view(form.callbackId, async ({ ack, body, view, context }) => {
      try {
        const sender = Sender.parse(body);
        const belongs = await members.isMember(sender);
        const answer =
          belongs === 'ours'
            ? await form.submit(ports, SubmittedForm.parse(view), sender.user.id)
            : problem(form, view, belongs === 'unknown' ? unknownWorkspaceText : otherWorkspaceText);
        await ack(ackOf(answer));
      } catch (error) {
        // The form stays open with everything that was typed.
        const requestId = String(context.requestId);
        logFailed(ports.log, error, requestId);
        await ack(ackOf(problem(form, view, plainWords(errorText(error, requestId)))));
      }
    });
  }
}

function problem({ firstField }: Form, view: unknown, text: string): FormAnswer {
  const sent = SubmittedForm.safeParse(view).data;
  const field = typeof firstField === 'function' ? sent && firstField(sent) : firstField;
  return field ? { errors: { [field]: text } } : { notice: { title: 'That did not work', text } };
}

function ackOf(answer: FormAnswer) {
  if ('errors' in answer) return { response_action: 'errors' as const, errors: answer.errors };
  // Everything that lies under it is done, too.
  if ('closed' in answer) return { response_action: 'clear' as const };
  if ('next' in answer) return { response_action: 'update' as const, view: answer.next };
  const { title, text } = answer.notice;
  return { response_action: 'update' as const, view: notice(title, text) };
}
