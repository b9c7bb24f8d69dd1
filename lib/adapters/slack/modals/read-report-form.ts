import { readFixes } from '../../../report/fixes-text.ts';
import { type AttemptedFix, Level, Signal, SystemState } from '../../../signal/signal.ts';
import { reportForm } from '../action-ids.ts';
import { readEntered } from './entered.ts';

export interface ReportDraft {
  component: string;
  summary: string;
  details?: string;
  impact?: string;
  severity?: Level;
  state?: SystemState;
  attemptedFixes?: AttemptedFix[];
  workItem?: { id: string };
}

/** As many go into one signal. */
const mostFixes = 20;
const WorkItem = Signal.shape.workItem.unwrap();

/** What was entered, or what is missing or too much, at the field where it is. */
export function readReportForm(values: unknown): { draft: ReportDraft } | { errors: Record<string, string> } {
  const entered = readEntered(values);
  const component = entered.choice(reportForm.component);
  const summary = entered.words(reportForm.summary);
  const tried = readFixes(entered.words(reportForm.fixes));
  const problem = 'problem' in tried ? tried.problem : tooMany(tried.fixes.length);
  if (!component || !summary || 'problem' in tried || problem) {
    return {
      errors: {
        ...(!component && { [reportForm.component]: 'Choose a component, or type its name.' }),
        ...(!summary && { [reportForm.summary]: 'Say in one line what failed.' }),
        ...(problem && { [reportForm.fixes]: problem }),
      },
    };
  }
  const details = entered.words(reportForm.details);
  const impact = entered.words(reportForm.impact);
  const level = Level.safeParse(Number(entered.choice(reportForm.level)));
  const system = SystemState.shape.system.safeParse(entered.choice(reportForm.state)).data;
  const dataImpact = SystemState.shape.dataImpact.safeParse(entered.choice(reportForm.dataImpact)).data;
  const workItem = WorkItem.safeParse({ id: entered.choice(reportForm.workItem) }).data;
  return {
    draft: {
      component,
      summary,
      ...(details && { details }),
      ...(impact && { impact }),
      ...(level.success && { severity: level.data }),
      ...((system || dataImpact) && { state: { ...(system && { system }), ...(dataImpact && { dataImpact }) } }),
      ...(tried.fixes.length > 0 && { attemptedFixes: tried.fixes }),
      ...(workItem && { workItem: { id: workItem.id } }),
    },
  };
}

function tooMany(count: number): string | undefined {
  return count > mostFixes ? `These are ${count} lines; ${mostFixes} fit. Say the others under “Details”.` : undefined;
}
