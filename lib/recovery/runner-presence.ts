import type { RunnerPresence } from './command.ts';

export interface KnownRunner extends RunnerPresence {
  /** When the functions heard it: the host's clock may be wrong. */
  heardAt: string;
}

/** What the runners last said of themselves. One small partition, read as a whole. */
export interface RunnerStore {
  /** Keeps it unless what is kept was heard later. */
  heard(presence: RunnerPresence, heardAt: Date): Promise<void>;
  list(): Promise<KnownRunner[]>;
}
