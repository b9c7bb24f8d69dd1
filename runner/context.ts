import type { RunId } from '../lib/failure/ids.ts';
import type { Log } from '../lib/ports.ts';
import type { RunnerConfig } from './config.ts';
import type { Journal } from './journal.ts';
import type { ReportDesk } from './report-desk.ts';

/** What the parts of the runner share. */
export interface RunnerContext {
  config: RunnerConfig;
  journal: Journal;
  desk: ReportDesk;
  now: () => Date;
  log: Log;
  isStopping: () => boolean;
  /** A place → the run at work in it; each run also under its own name. */
  atWork: Map<string, { runId: RunId; done: Promise<void> }>;
}
