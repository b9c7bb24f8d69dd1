import { z } from 'zod';
import { Actor, FailureId } from '../failure/ids.ts';
import { ReportText } from './report-text.ts';

/** One state of a report, as somebody left it; it never changes. The failure names the newest (`report.written`). */
export const ReportVersion = z.object({
  schema: z.literal(1),
  failureId: FailureId,
  episode: z.int().min(1),
  version: z.int().min(1),
  /** The version that was edited; absent for what the failure said before anybody wrote. */
  follows: z.int().min(1).optional(),
  by: Actor,
  at: z.iso.datetime(),
  text: ReportText,
});
export type ReportVersion = z.infer<typeof ReportVersion>;

export interface ReportStore {
  /** False: there is one of that number. It is kept as it is. */
  put(report: ReportVersion): Promise<boolean>;
  get(failureId: FailureId, version: number): Promise<ReportVersion | undefined>;
  /** All that were written, oldest first; also those that nobody came to see, because another was faster. */
  list(failureId: FailureId): Promise<ReportVersion[]>;
}
