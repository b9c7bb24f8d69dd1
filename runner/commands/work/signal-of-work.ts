import { hash128 } from '../../../lib/signal/hash.ts';
import type { SignalInput } from '../../../lib/signal/signal.ts';
import type { WorkItem } from '../../../lib/work/work-item.ts';
import { tellingLines } from '../../telling-lines.ts';

/** What is said of a failed attempt at a work item. One attempt has one id, however often it is told. Secrets must be gone before. */
export function signalOfWork(
  item: WorkItem,
  failed: { token: string; summary: string; output: string; exitCode: number | undefined; at: Date },
): SignalInput {
  const { summary, output, exitCode, at } = failed;
  const lease = item.state === 'in-progress' ? item.lease : undefined;
  const told = tellingLines(output);
  const durationMs = lease && Math.max(0, at.getTime() - Date.parse(lease.claimedAt));
  return {
    version: 1,
    id: `work-${hash128(`${item.id}#${failed.token}`)}`,
    occurredAt: at.toISOString(),
    component: item.component,
    summary: summary.slice(0, 300),
    ...(output.trim() !== '' && { details: output.trimEnd().slice(-5800) }),
    ...((Object.keys(told).length > 0 || exitCode !== undefined) && {
      error: { ...told, ...(exitCode !== undefined && { exitCode }) },
    }),
    ...(durationMs !== undefined && { durationMs }),
    workItem: { id: item.id, title: item.title },
    labels: {
      attempt: String(item.failedAttempts + 1),
      ...(lease && { holder: lease.holder }),
      ...(item.failureId && { 'work on': item.failureId }),
    },
  };
}
