import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ed25519Signer, verifyEnvelope } from '../lib/adapters/signing/ed25519.ts';
import { ConfigurationError } from '../lib/errors.ts';
import type { Log } from '../lib/ports.ts';
import { commandRefusals } from '../lib/recovery/command.ts';
import type { RunnerConfig } from './config.ts';
import type { RunnerContext } from './context.ts';
import { startRun } from './execute-run.ts';
import { handleCommand } from './handle-command.ts';
import { type Journal, openJournal } from './journal.ts';
import { type Judgement, judgeCommand } from './judge-command.ts';
import { loadOrCreateKeys, type RunnerKeys } from './keys.ts';
import { reportReady } from './plan-offer.ts';
import { presenceOf } from './presence.ts';
import { takeLock } from './process-lock.ts';
import { type Message, receive, sendBody, sqsClientFor } from './queue.ts';
import { openReportDesk } from './report-desk.ts';
import { reportUnreadable } from './report-unreadable.ts';
import { endLeftOver } from './run-program.ts';
import { flushSpool } from './spool.ts';

const keepJournalMs = 30 * 24 * 60 * 60_000;
const spoolEveryMs = 60_000;
const presentEveryMs = 60_000;

export interface RunnerOptions {
  log: Log;
  /** Of the `kintsugi` command. */
  release: string;
  /** Aborted: finish the step at hand, then stop. */
  stop: AbortSignal;
  spool: string;
  now?: () => Date;
  openJournal?: (folder: string) => Journal;
}

/**
 * Listens for commands until it is told to stop. The queue being away delays it and never ends it. What an earlier process
 * left unfinished is finished first.
 */
export async function runRunner(config: RunnerConfig, options: RunnerOptions): Promise<void> {
  const keys = loadOrCreateKeys(config.keys.file);
  makeJournal(config.journal);
  const lock = takeLock(join(config.journal, 'runner.lock'), `runner ${config.name}`);
  if ('heldBy' in lock) {
    throw new ConfigurationError(
      `${config.journal}: process ${lock.heldBy.pid} is already the runner of this journal. Stop it, or give this one its own journal.`,
    );
  }
  try {
    await serve(config, keys, options);
  } finally {
    lock.release();
  }
}

function makeJournal(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(
      `${folder}: cannot be the runner's journal (${why}). Name a folder of its own that it may write as \`journal\` in runner.yml.`,
    );
  }
}

/** Only the holder of the lock reads the journal: to read it mends it. */
async function serve(config: RunnerConfig, keys: RunnerKeys, options: RunnerOptions): Promise<void> {
  const { log, stop, now = () => new Date() } = options;
  const journal = (options.openJournal ?? openJournal)(config.journal);
  const sqs = sqsClientFor(config.queues.commands);
  const desk = openReportDesk({
    runner: config.name,
    sign: ed25519Signer(keys.privateKey, config.keys.file),
    send: (body) => sendBody(sqs, config.queues.results, body),
    now,
    log,
  });
  const atWork: RunnerContext['atWork'] = new Map();
  const context = { config, journal, desk, now, log, atWork, isStopping: () => stop.aborted };
  log('runner started', { runner: config.name, publicKey: keys.publicKey });
  const startedAt = now();
  const present = () => void desk.present(presenceOf(context, { release: options.release, startedAt }));
  const presence = setInterval(present, presentEveryMs);
  present();
  const flush = () =>
    flushSpool(options.spool, { timeoutMs: 10_000, say: (line) => log(line) }).catch((error: unknown) =>
      log('the spool cannot be sent', { error: String(error) }),
    );
  const spool = setInterval(() => void flush(), spoolEveryMs);
  try {
    await resume(context);
    void flush();
    const mirrors = keepMirrorsOf(context, stop);
    await listen(context, () => receive(sqs, config.queues.commands, stop), stop);
    await Promise.all([mirrors, ...[...atWork.values()].map(({ done }) => done)]);
    if (!(await desk.settled(5000))) log('reports are left for the next start', { runner: config.name });
  } finally {
    clearInterval(spool);
    clearInterval(presence);
    sqs.destroy();
  }
  log('runner stopped', { runner: config.name });
}

/** The clients of the table are loaded only where something is mirrored. */
async function keepMirrorsOf({ config, log }: RunnerContext, stop: AbortSignal): Promise<void> {
  if (!config.table || !Object.values(config.components).some(({ mirror }) => mirror)) return;
  const [{ hostStores }, { keepMirrors }] = await Promise.all([
    import('./host-stores.ts'),
    import('./mirror/keep-mirrors.ts'),
  ]);
  await keepMirrors(config, hostStores(config.table), { log, stop });
}

/** Reports that were never sent are sent, programs that were left running are ended, runs that were cut short are finished. */
async function resume(context: RunnerContext): Promise<void> {
  const { journal, desk, log } = context;
  journal.prune(keepJournalMs, context.now());
  for (const lost of journal.unreadable) await reportUnreadable(context, lost);
  for (const run of journal.all()) {
    desk.sendUnsent(run);
    if (!run.find('ended')) run.children().forEach(endLeftOver);
    // Killed between a plan made again and the report of it: nobody will ask, since the run counts as begun.
    if (!run.find('ended') && !run.isReadySaid()) await reportReady(context, run);
    if (!run.reached('go') || run.find('ended')) continue;
    log('going on with a run that was cut short', { runId: run.runId });
    startRun(context, run);
  }
}

/** To plan takes as long as the work tree is large, so offers are answered beside the others; all else is done in its turn, at once. */
async function listen(context: RunnerContext, next: () => Promise<Message[]>, stop: AbortSignal): Promise<void> {
  const planning: Planning = new Map();
  await listenWith(context, planning, next, stop);
  await Promise.all(planning.values());
}

/** Run → the answer to its offer that is being worked out. */
type Planning = Map<string, Promise<void>>;

async function listenWith(
  context: RunnerContext,
  planning: Planning,
  next: () => Promise<Message[]>,
  stop: AbortSignal,
): Promise<void> {
  for (let wait = 1000; !stop.aborted; ) {
    try {
      for (const message of await next()) {
        if (!stop.aborted) await handle(context, message, planning);
      }
      wait = 1000;
    } catch (error) {
      if (stop.aborted) return;
      context.log('the command queue cannot be read, trying again', { error: String(error), afterMs: wait });
      await pause(wait, undefined, { signal: stop }).catch(() => undefined);
      wait = Math.min(wait * 2, 30_000);
    }
  }
}

/** One message. What is refused is reported, if anybody can be told, and done. */
async function handle(context: RunnerContext, message: Message, planning: Planning): Promise<void> {
  const { config, now } = context;
  const { name: runner, keys } = config;
  const judged = judgeCommand(message.body, { runner, publicKey: keys.recovery, verify: verifyEnvelope, now: now() });
  if (judged.kind === 'refused') return orGiveBack(context, message, () => refuse(context, message, judged));
  const { command } = judged;
  const carryOut = async () => {
    const afterwards = await handleCommand(context, command);
    await message.done().catch((error: unknown) => context.log('message not deleted', { error: String(error) }));
    afterwards();
  };
  if (command.kind !== 'offer') return orGiveBack(context, message, carryOut);
  // Come again while it is planned: its answer is on its way, and if that gets lost it comes once more.
  if (planning.has(command.runId)) return;
  const answered = orGiveBack(context, message, carryOut).finally(() => planning.delete(command.runId));
  planning.set(command.runId, answered);
}

async function refuse(
  { journal, desk, log }: RunnerContext,
  message: Message,
  { code, reason, command }: Extract<Judgement, { kind: 'refused' }>,
): Promise<void> {
  const run = command && journal.find(command.runId);
  log('command refused', { code, reason, runId: command?.runId, failureId: command?.failureId });
  // A copy of an offer that was taken long ago is no news of its run.
  const isLateCopy = code === 'expired' && command?.kind === 'offer' && run?.find('offered') !== undefined;
  if (command && commandRefusals.includes(code) && !isLateCopy) {
    const body = { kind: 'refused' as const, code, reason, advice: '' };
    await (run ? desk.report(run, command.failureId, body) : desk.answer(command, body));
  }
  await message.done();
}

/** What cannot be handled now comes back. */
async function orGiveBack({ log }: RunnerContext, message: Message, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log('command not handled, it will come back', { error: String(error) });
    await message.giveBack().catch(() => undefined);
  }
}
