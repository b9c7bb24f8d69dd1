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
  /** The folder of a work tree → the run at work in it. */
  atWork: Map<string, { runId: string; done: Promise<void> }>;
}
