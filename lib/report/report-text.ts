import { z } from 'zod';
import type { Failure } from '../failure/failure.ts';
import type { FailureReport } from '../failure/failure-report.ts';
import { SystemState } from '../signal/signal.ts';
import { fixesAsText, readFixes } from './fixes-text.ts';

/** What people may write in a failure's report, in the order in which they are asked. */
export const reportFields = {
  impact: 'Impact',
  whatHappened: 'What happened',
  rootCause: 'Root cause',
  attemptedFixes: 'Attempted fixes',
  system: 'System state',
  dataImpact: 'Data impact',
  fixedBy: 'What fixed it',
  immediate: 'Immediate action',
  shortTerm: 'Short-term fix',
  longTerm: 'Long-term solution',
  lessons: 'Lessons learned',
  prevention: 'Prevention',
} as const;
export type ReportField = keyof typeof reportFields;
export const fieldNames = Object.keys(reportFields) as ReportField[];

/** All of them are text; empty where nothing is known. */
export const ReportText = z.object({
  impact: z.string(),
  whatHappened: z.string(),
  rootCause: z.string(),
  /** One a line: what was tried → what came of it. */
  attemptedFixes: z.string(),
  system: z.union([SystemState.shape.system.unwrap(), z.literal('')]),
  dataImpact: z.union([SystemState.shape.dataImpact.unwrap(), z.literal('')]),
  fixedBy: z.string(),
  immediate: z.string(),
  shortTerm: z.string(),
  longTerm: z.string(),
  lessons: z.string(),
  prevention: z.string(),
} satisfies Record<ReportField, z.ZodType<string>>);
export type ReportText = z.infer<typeof ReportText>;

/** What the failure itself says, before anybody wrote. */
export function reportedText({ impact = '', whatHappened, attemptedFixes, state }: FailureReport): ReportText {
  return {
    impact,
    whatHappened,
    rootCause: '',
    attemptedFixes: fixesAsText(attemptedFixes),
    system: state?.system ?? '',
    dataImpact: state?.dataImpact ?? '',
    fixedBy: '',
    immediate: '',
    shortTerm: '',
    longTerm: '',
    lessons: '',
    prevention: '',
  };
}

/** A line of it is what memory says of it, and what a card has room for. */
const mostFixedBy = 200;

/**
 * The failure keeps what its card, its level and memory need of a text; the text itself is kept beside it. What happened stays
 * in the words of its signals, by which it is found again.
 */
export function withText(report: FailureReport, text: ReportText, version: number): FailureReport {
  const { impact: _impact, fixedBy: _fixedBy, state, ...rest } = report;
  const { system: _system, dataImpact: _dataImpact, ...otherState } = state ?? {};
  const nowState = {
    ...otherState,
    ...(text.system && { system: text.system }),
    ...(text.dataImpact && { dataImpact: text.dataImpact }),
  };
  const isSameFixes = fixesAsText(report.attemptedFixes) === text.attemptedFixes;
  const fixes = isSameFixes ? { fixes: report.attemptedFixes } : readFixes(text.attemptedFixes);
  const fixedBy = Array.from(text.fixedBy.replace(/\s+/gu, ' ').trim());
  return {
    ...rest,
    attemptedFixes: 'fixes' in fixes ? fixes.fixes : report.attemptedFixes,
    ...(text.impact && { impact: text.impact }),
    ...(Object.keys(nowState).length > 0 && { state: nowState }),
    ...(fixedBy.length > 0 && {
      fixedBy: fixedBy.length > mostFixedBy ? `${fixedBy.slice(0, mostFixedBy - 1).join('')}…` : fixedBy.join(''),
    }),
    written: version,
  };
}

/** As it is to be read: what happened in the words of whoever wrote last. */
export function asWritten<T extends Pick<Failure, 'report'>>(failure: T, text: ReportText | undefined): T {
  return text ? { ...failure, report: { ...failure.report, whatHappened: text.whatHappened } } : failure;
}
