import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { FailureId } from '../../../failure/ids.ts';
import type { SlackPorts } from './slack-ports.ts';

/** The part of a submitted form that is read; everything in it went through somebody's browser. */
export const SubmittedForm = z.object({
  /** The view's own id: the same for each submit of one opened form, and for no other. */
  id: z.string().min(1).max(100),
  private_metadata: z.string(),
  state: z.object({ values: z.unknown() }),
});
export type SubmittedForm = z.infer<typeof SubmittedForm>;

/** Errors stand at their field and keep the form open; a notice or the next form takes its place; else it closes. */
export type FormAnswer =
  | { errors: Record<string, string> }
  | { notice: { title: string; text: string } }
  | { next: ModalView }
  | { closed: true };

/** One kind of form: who opens it says so in `private_metadata`, which is parsed here. */
export interface Form {
  callbackId: string;
  /** The input that says what concerns no field; a form without inputs turns into a notice. */
  firstField?: string | ((form: SubmittedForm) => string);
  submit(ports: SlackPorts, form: SubmittedForm, by: string): Promise<FormAnswer>;
}

/** What a form about a failure carries. */
export const FailureSubject = z.object({ failureId: FailureId, episode: z.int().min(1) });
export type FailureSubject = z.infer<typeof FailureSubject>;

export function parseMetadata<T>(schema: z.ZodType<T>, form: SubmittedForm): T {
  return schema.parse(JSON.parse(form.private_metadata));
}
