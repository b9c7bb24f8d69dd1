import { z } from 'zod';
import type { Outcome } from './protocol.ts';

const PartialBatchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/** Which messages of a batch are done, and why the others come back after their visibility timeout. */
export interface BatchVerdict {
  done: string[];
  failed: string[];
  /** Set when the whole batch failed. */
  because?: string;
}

/** As Lambda's SQS poller decides it, for a function with or without ReportBatchItemFailures. */
export function judgeBatch(
  messageIds: string[],
  outcome: Outcome,
  options: { reportsItemFailures: boolean },
): BatchVerdict {
  const wholeBatchFailed = (because: string): BatchVerdict => ({ done: [], failed: messageIds, because });
  if (outcome.kind === 'failed') return wholeBatchFailed(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  if (!options.reportsItemFailures) return { done: messageIds, failed: [] };

  const answer: unknown = JSON.parse(outcome.payload);
  if (answer === null) return { done: messageIds, failed: [] };
  const response = PartialBatchResponse.safeParse(answer);
  if (!response.success)
    return wholeBatchFailed('the handler answered with something that is not a partial batch response');
  const named = new Set((response.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const unknown = [...named].find((id) => !messageIds.includes(id));
  if (unknown !== undefined) return wholeBatchFailed(`batchItemFailures names ${unknown}, which is not in the batch`);
  return { done: messageIds.filter((id) => !named.has(id)), failed: messageIds.filter((id) => named.has(id)) };
}
