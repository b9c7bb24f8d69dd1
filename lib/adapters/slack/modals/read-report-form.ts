import { z } from 'zod';
import { Level, SystemState } from '../../../signal/signal.ts';
import { reportForm } from '../action-ids.ts';

const words = z.object({ value: z.string().nullish() });
const choice = z.object({ selected_option: z.object({ value: z.string() }).nullish() });
const field = <K extends string, T extends z.ZodType>(name: K, value: T) =>
  z.object({ [name]: value } as Record<K, T>).optional();

/** `view.state.values` as Slack sends it: block → element → what was entered. */
const Entered = z.object({
  [reportForm.component]: field(reportForm.component, choice),
  [reportForm.summary]: field(reportForm.summary, words),
  [reportForm.details]: field(reportForm.details, words),
  [reportForm.level]: field(reportForm.level, choice),
  [reportForm.impact]: field(reportForm.impact, words),
  [reportForm.state]: field(reportForm.state, choice),
});

export interface ReportDraft {
  component: string;
  summary: string;
  details?: string;
  impact?: string;
  severity?: Level;
  state?: SystemState;
}

/** What was entered, or what is missing, at the field where it is missing. */
export function readReportForm(values: unknown): { draft: ReportDraft } | { errors: Record<string, string> } {
  const entered = Entered.parse(values);
  const component = entered.component?.component.selected_option?.value;
  const summary = entered.summary?.summary.value?.trim() ?? '';
  if (!component || !summary) {
    return {
      errors: {
        ...(!component && { [reportForm.component]: 'Choose a component, or type its name.' }),
        ...(!summary && { [reportForm.summary]: 'Say in one line what failed.' }),
      },
    };
  }
  const details = entered.details?.details.value?.trim();
  const impact = entered.impact?.impact.value?.trim();
  const level = Level.safeParse(Number(entered.level?.level.selected_option?.value));
  const system = SystemState.shape.system.safeParse(entered.state?.state.selected_option?.value);
  return {
    draft: {
      component,
      summary,
      ...(details && { details }),
      ...(impact && { impact }),
      ...(level.success && { severity: level.data }),
      ...(system.success && system.data && { state: { system: system.data } }),
    },
  };
}
