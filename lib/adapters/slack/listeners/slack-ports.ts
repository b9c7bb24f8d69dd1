import type { RecordPorts } from '../../../failure/record-signals.ts';
import type { Redact, RunStore } from '../../../ports.ts';

/** What clicks, forms and commands can touch. */
export type SlackPorts = RecordPorts & { runs: RunStore; redact: Redact };
