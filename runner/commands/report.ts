import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Signal, type SignalInput } from '../../lib/signal/signal.ts';
import { keepSignal, notSentLine, sendKept } from '../file-signal.ts';
import { readRunnerConfig } from '../read-config.ts';
import { flushSpool, spoolFolder } from '../spool.ts';
import { Component, EnvironmentName, failuresQueue, parseFlags, Severity } from './options.ts';
import { readStdin } from './read-stdin.ts';

const Flags = z.object({
  component: Component,
  summary: Signal.shape.summary,
  details: z.string().optional(),
  severity: Severity.optional(),
  environment: EnvironmentName.optional(),
  queue: z.string().optional(),
  config: z.string().min(1).optional(),
});

/** `kintsugi report`: files a failure that somebody noticed. `--details -` reads them from stdin. */
export async function reportCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const config = flags.config === undefined ? undefined : readRunnerConfig(flags.config);
  const queueUrl = failuresQueue(flags.queue, process.env, config);
  const details = flags.details === '-' ? await readStdin() : flags.details;
  const spool = spoolFolder(process.env);
  const signal: SignalInput = {
    version: 1,
    id: `report-${randomUUID()}`,
    occurredAt: new Date().toISOString(),
    component: flags.component,
    summary: flags.summary,
    ...(details !== undefined && details.trim() !== '' && { details }),
    ...(flags.severity !== undefined && { severity: flags.severity }),
    ...(flags.environment !== undefined && { environment: flags.environment }),
  };
  const kept = await keepSignal(signal, { queueUrl, spool });
  const filed = await sendKept(kept);
  if (filed.kind === 'sent') {
    console.log(`Filed as a failure of ${flags.component}`);
    await flushSpool(spool, { timeoutMs: 2000, say: console.error });
    return 0;
  }
  console.error(notSentLine(filed, kept));
  return filed.kind === 'refused' || kept.file === undefined ? 1 : 0;
}
