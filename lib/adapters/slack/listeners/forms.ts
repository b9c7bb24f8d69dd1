import { fileReportForm } from './file-report.ts';
import type { Form } from './form.ts';
import { setPriority } from './set-priority.ts';
import { shutByHand } from './shut-by-hand.ts';

/** Every form that people can send off. */
export const forms: Form[] = [fileReportForm, shutByHand, setPriority];
