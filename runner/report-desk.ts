import { redact } from '../lib/adapters/redaction/redact.ts';
import type { FailureId, RunId } from '../lib/failure/ids.ts';
import type { Log } from '../lib/ports.ts';
import { RunnerPresence, RunnerReport, type SignedEnvelope, type SignPayload } from '../lib/recovery/command.ts';
import type { RunTable } from '../lib/recovery/run.ts';
import { limits, shorten, shortenStart } from '../lib/recovery/text-limits.ts';
import type { RunJournal } from './journal.ts';

type Addressed = 'version' | 'runner' | 'failureId' | 'runId' | 'sequence' | 'at';
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A report without what every report has. */
export type ReportBody = Without<RunnerReport, Addressed>;

export interface ReportDesk {
  /** Numbers, redacts, signs and keeps the report, then sends it until that works; returns once it is kept. */
  report(run: RunJournal, failureId: FailureId, body: ReportBody): Promise<void>;
  /** Sent once, not kept: a heartbeat that is late is worth nothing. Never fails. */
  heartbeat(run: RunJournal, failureId: FailureId): Promise<void>;
  /** A step as it stands at this moment: sent once, and only its number is kept. Never fails. */
  show(run: RunJournal, failureId: FailureId, step: Extract<ReportBody, { kind: 'step' }>['step']): Promise<void>;
  /** What is about no run: sent once, since the next one comes soon. Never fails. */
  present(presence: Without<RunnerPresence, 'version' | 'kind' | 'runner' | 'at'>): Promise<void>;
  /** About a run that this runner keeps nothing of. */
  answer(run: { failureId: FailureId; runId: RunId }, body: ReportBody): Promise<void>;
  /** Sends what an earlier runner process kept and could not send. */
  sendUnsent(run: RunJournal): void;
  /** Somebody asks again, so perhaps an answer was lost: everything that was said about this run. */
  sendAgain(run: RunJournal): void;
  /** Waits for the queue to take everything; false when it did not within the time. */
  settled(timeoutMs: number): Promise<boolean>;
}

interface Pending {
  envelope: SignedEnvelope;
  onSent: () => void;
}

/** Everything that leaves this host about its runs goes over this desk, in order. */
export function openReportDesk({
  runner,
  sign,
  send,
  now,
  log,
  backoffMs = { first: 500, most: 30_000 },
}: {
  runner: string;
  sign: SignPayload;
  send: (body: string) => Promise<void>;
  now: () => Date;
  log: Log;
  backoffMs?: { first: number; most: number };
}): ReportDesk {
  const pending: Pending[] = [];
  let sending: Promise<void> | undefined;

  const sendAll = async () => {
    let wait = backoffMs.first;
    for (let next = pending[0]; next; next = pending[0]) {
      try {
        await send(JSON.stringify(next.envelope));
        pending.shift();
        next.onSent();
        wait = backoffMs.first;
      } catch (error) {
        log('report not sent, trying again', { error: String(error), waiting: pending.length, afterMs: wait });
        await new Promise((resolve) => setTimeout(resolve, wait).unref());
        wait = Math.min(wait * 2, backoffMs.most);
      }
    }
    // In the same breath as the last look, so that nothing is posted in between and forgotten.
    sending = undefined;
  };
  const post = (item: Pending) => {
    pending.push(item);
    sending ??= sendAll();
  };
  const write = (about: { failureId: FailureId; runId: RunId; sequence: number }, body: ReportBody) =>
    sign(JSON.stringify(RunnerReport.parse({ version: 1, runner, ...about, at: now().toISOString(), ...body })));
  const postKept = (run: RunJournal, { sequence, envelope }: { sequence: number; envelope: SignedEnvelope }) => {
    if (pending.some((waiting) => waiting.envelope.signature === envelope.signature)) return;
    post({ envelope, onSent: () => run.write({ kind: 'sent', sequence }) });
  };

  return {
    async report(run, failureId, body) {
      const clean = await fitBody(body);
      const sequence = run.nextSequence();
      const envelope = write({ failureId, runId: run.runId, sequence }, clean);
      run.write({ kind: 'report', sequence, report: body.kind, envelope });
      postKept(run, { sequence, envelope });
    },
    async heartbeat(run, failureId) {
      try {
        const about = { failureId, runId: run.runId, sequence: run.nextSequence() };
        await send(JSON.stringify(write(about, { kind: 'heartbeat' })));
      } catch (error) {
        log('heartbeat not sent', { runId: run.runId, error: String(error) });
      }
    },
    async show(run, failureId, step) {
      try {
        const body = await fitBody({ kind: 'step', step });
        const sequence = run.nextSequence();
        // A number that came with a step is never given to another: that one would be taken for a repetition.
        run.write({ kind: 'numbered', sequence });
        await send(JSON.stringify(write({ failureId, runId: run.runId, sequence }, body)));
      } catch (error) {
        log('output not shown', { runId: run.runId, error: String(error) });
      }
    },
    async present(presence) {
      try {
        const whole = { version: 1, kind: 'presence', runner, at: now().toISOString(), ...presence };
        await send(JSON.stringify(sign(JSON.stringify(RunnerPresence.parse(whole)))));
      } catch (error) {
        log('presence not sent', { error: String(error) });
      }
    },
    async answer({ failureId, runId }, body) {
      const envelope = write({ failureId, runId, sequence: 1 }, await fitBody(body));
      post({ envelope, onSent: () => undefined });
    },
    sendUnsent(run) {
      for (const kept of run.unsent()) postKept(run, kept);
    },
    sendAgain(run) {
      for (const kept of run.reports()) postKept(run, kept);
    },
    async settled(timeoutMs) {
      const timeUp = Promise.withResolvers<boolean>();
      const timer = setTimeout(timeUp.resolve, timeoutMs, false);
      const isSettled = await Promise.race([timeUp.promise, (sending ?? Promise.resolve()).then(() => true)]);
      clearTimeout(timer);
      return isSettled;
    },
  };
}

/**
 * Free text is cleaned and then cut to what a report may hold, before it is signed: one that is too long would be refused, and
 * what it says would be lost. Plans and hashes are no free text.
 */
async function fitBody(body: ReportBody): Promise<ReportBody> {
  const clean = async (said: string, maxBytes: number) => shorten(await redact(said), maxBytes);
  switch (body.kind) {
    case 'step': {
      const { name, detail, outputTail } = body.step;
      const step = {
        ...body.step,
        name: shorten(name, limits.stepName),
        ...(detail !== undefined && { detail: await clean(detail, limits.detail) }),
        ...(outputTail !== undefined && { outputTail: shortenStart(await redact(outputTail), limits.outputTail) }),
      };
      return { ...body, step };
    }
    case 'refused':
      return {
        ...body,
        code: shorten(body.code, limits.code),
        reason: await clean(body.reason, limits.reason),
        advice: await clean(body.advice, limits.advice),
      };
    case 'result': {
      const refs = body.refs.slice(0, limits.refs).map((ref) => shorten(ref, limits.ref));
      return {
        ...body,
        reason: await clean(body.reason, limits.reason),
        refs,
        ...(body.table && { table: await fitTable(body.table) }),
      };
    }
    case 'ready':
    case 'heartbeat':
      return body;
    default:
      return body satisfies never;
  }
}

async function fitTable({ columns, rows }: RunTable): Promise<RunTable> {
  const clean = async (cells: readonly string[]) =>
    Promise.all(cells.slice(0, limits.columns).map(async (cell) => shorten(await redact(cell), limits.cell)));
  return { columns: await clean(columns), rows: await Promise.all(rows.slice(0, limits.rows).map(clean)) };
}
