import { z } from 'zod';
import { redact } from '../../../lib/adapters/redaction/redact.ts';
import { causeOf } from '../../../lib/pattern/cause-of.ts';
import { statedEnd } from '../../../lib/pattern/stated-end.ts';
import { failWork } from '../../../lib/work/fail-work.ts';
import { whoseWork } from '../../../lib/work/whose-work.ts';
import { keepSignal, notSentLine, sendKept } from '../../file-signal.ts';
import { readRunnerConfig } from '../../read-config.ts';
import { flushSpool, keptInSpool, spoolFolder } from '../../spool.ts';
import { tellingLines } from '../../telling-lines.ts';
import { failuresQueue, parseFlags, UsageError } from '../options.ts';
import { readStdin } from '../read-stdin.ts';
import { lostLine, sayEnd, unknownLine } from './end-claims.ts';
import { signalOfWork } from './signal-of-work.ts';
import { claimOf, exitCodes, WorkFlags, workStores } from './work-options.ts';

const Flags = WorkFlags.extend({
  token: z.string().optional(),
  summary: z.string().trim().min(1).optional(),
  output: z.literal('-', 'must be - (read from stdin)').optional(),
  exitCode: z.coerce.number().int().min(-255).max(255).optional(),
  queue: z.string().optional(),
});

/**
 * `kintsugi fail`: the failure is kept on this host's disk, then the item is failed, then the failure is sent. Killed anywhere
 * and repeated, it files one failure.
 */
export async function failCommand(work: string | undefined, given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const claim = claimOf(work, flags);
  const config = flags.config === undefined ? undefined : readRunnerConfig(flags.config);
  const queueUrl = failuresQueue(flags.queue, process.env, config);
  const ports = await workStores(flags);
  const spool = spoolFolder(process.env);

  const stored = await ports.work.get(claim.id);
  if (!stored) {
    console.error(unknownLine(claim.id));
    return 1;
  }
  const { item } = stored;
  const whose = whoseWork(item, claim.token);
  if (whose.kind === 'lost' || (whose.kind === 'ended' && whose.end !== 'fail')) {
    console.error(lostLine({ item }));
    return exitCodes.lostLease;
  }
  const isFiled = whose.kind === 'ended';
  // Said again it needs no words: those of the first time stand.
  const saidBefore = isFiled && item.state === 'failed' ? (item.result ?? item.title) : undefined;
  const { summary, output } = await whatFailed(flags, saidBefore);
  const at = new Date();
  const signal = signalOfWork(item, { token: claim.token, summary, output, exitCode: flags.exitCode, at });
  const kept = isFiled ? undefined : (keptInSpool(spool, signal.id) ?? (await keepSignal(signal, { queueUrl, spool })));

  const said = `${summary}\n${output}`;
  const cause = causeOf({ message: summary, output, exitCode: flags.exitCode });
  const until = cause === 'quota' ? statedEnd(said, { now: at }) : undefined;
  const outcome = await failWork(ports, { ...claim, summary, cause, ...(until && { until }) });
  const code = sayEnd(outcome, claim.id, 'failed');
  // Sent even when the lease went to somebody else meanwhile: that it failed is true all the same.
  const filed = kept && (await sendKept(kept));
  if (kept && filed && filed.kind !== 'sent') console.error(notSentLine(filed, kept));
  await flushSpool(spool, { timeoutMs: 2000, say: console.error });
  return code;
}

/** Cleaned as a whole before anything of it is chosen or cut. */
async function whatFailed(
  flags: z.infer<typeof Flags>,
  saidBefore: string | undefined,
): Promise<{ summary: string; output: string }> {
  const isPiped = flags.output === '-' || (flags.summary === undefined && !process.stdin.isTTY);
  const output = isPiped ? await redact(await readStdin()) : '';
  const told =
    flags.summary === undefined
      ? (tellingLines(output).message?.split('\n')[0] ?? saidBefore)
      : await redact(flags.summary);
  if (!told?.trim()) {
    throw new UsageError('what happened? Say --summary "one line", or pipe the output of what failed into it');
  }
  return { summary: told.trim(), output };
}
