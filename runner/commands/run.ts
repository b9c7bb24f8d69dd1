import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { redact } from '../../lib/adapters/redaction/redact.ts';
import { WorkItemId } from '../../lib/work/work-item.ts';
import { saveFailedState, takeCheckpoint } from '../actions/saved-states.ts';
import { keepSignal, notSentLine, sendKept } from '../file-signal.ts';
import { askGate, gateFlags } from '../gated-run.ts';
import { gitFacts } from '../git-facts.ts';
import { maskArguments } from '../mask-arguments.ts';
import { readRunnerConfig } from '../read-config.ts';
import { signalOfCommand } from '../signal-of-command.ts';
import { flushSpool, spoolFolder } from '../spool.ts';
import { type WatchedCommand, watchCommand } from '../watch-command.ts';
import { Component, EnvironmentName, failuresQueue, parseFlags, Severity } from './options.ts';

const Flags = z.object({
  component: Component,
  severity: Severity.optional(),
  summary: z.string().trim().min(1).max(150).optional(),
  environment: EnvironmentName.optional(),
  queue: z.string().optional(),
  config: z.string().min(1).optional(),
  checkpoint: z.boolean().default(false),
  item: WorkItemId.optional(),
  ...gateFlags,
});
type Flags = z.infer<typeof Flags>;

const say = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * `kintsugi run`: the command's own exit code, and when it failed, a signal is filed first. With --stop-on-gate, 10 and 20 say that
 * the gate did not let it start, or ended it: that is no failure.
 */
export async function runCommand(command: readonly string[], given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  const config = flags.config === undefined ? undefined : readRunnerConfig(flags.config);
  const queueUrl = failuresQueue(flags.queue, process.env, config);
  const spool = spoolFolder(process.env);
  const gate = flags.stopOnGate ? await askGate(flags, say) : undefined;
  if (gate && 'exitCode' in gate) return gate.exitCode;
  const watched = await watchCommand(command, gate?.order);
  // Stopped by the person in front of it, or by the end of a pipe (`| head`): that is no failure.
  const isStoppedByHand = watched.passedOn === 'SIGINT' || watched.passedOn === 'SIGHUP' || watched.wasUnread === true;
  const stopped = await gate?.settle(watched, { isStoppedByHand });
  if (stopped !== undefined) return stopped;
  if (watched.exitCode === 0) {
    if (flags.checkpoint) await checkpointHere(flags.component);
    await flushSpool(spool, { timeoutMs: 2000, say });
  } else if (!isStoppedByHand) {
    await file(command, watched, flags, { queueUrl, spool });
  }
  return watched.exitCode;
}

async function file(
  command: readonly string[],
  watched: WatchedCommand,
  { component, severity, summary, environment, item }: Flags,
  place: { queueUrl: string; spool: string },
): Promise<void> {
  const endedAt = new Date();
  try {
    const git = await gitFacts(component);
    const signal = signalOfCommand(
      { ...watched, ...(await cleanEnd(command, watched)), endedAt },
      {
        id: `run-${randomUUID()}`,
        component,
        severity,
        ...(summary && { about: await redact(summary) }),
        environment,
        git: git?.facts,
        labels: { host: hostname().slice(0, 200) },
        ...(item && { workItem: { id: item } }),
      },
    );
    // On disk before anything that takes its time, so that it is not lost with this process.
    const kept = await keepSignal(signal, place);
    if (git?.hasCheckpoint) {
      await saveFailedState(git.root, component, endedAt).catch((error: unknown) =>
        say(`kintsugi: what failed could not be saved in git (${error instanceof Error ? error.message : error})`),
      );
    }
    const filed = await sendKept(kept, watched.hurry);
    if (filed.kind !== 'sent') return say(notSentLine(filed, kept));
    say(`kintsugi: filed as a failure of ${component}`);
    if (!watched.hurry.aborted) await flushSpool(place.spool, { timeoutMs: 2000, say });
  } catch (error) {
    say(`kintsugi: the failure could not be filed: ${error instanceof Error ? error.message : error}`);
  }
}

/** The whole of what was kept is cleaned before anything of it is chosen or cut: half a secret is not known as one. */
async function cleanEnd(command: readonly string[], { output }: WatchedCommand) {
  const words = await Promise.all(maskArguments(command).map((word) => redact(word)));
  return { command: words, output: await redact(output) };
}

async function checkpointHere(component: string): Promise<void> {
  try {
    const git = await gitFacts(component);
    if (!git) return say('kintsugi: no checkpoint, this folder is in no git work tree');
    await takeCheckpoint(git.root, component, { at: new Date() });
  } catch (error) {
    say(`kintsugi: no checkpoint: ${error instanceof Error ? error.message : error}`);
  }
}
