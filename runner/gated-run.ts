import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { causeOf } from '../lib/pattern/cause-of.ts';
import { statedEnd } from '../lib/pattern/stated-end.ts';
import { complexityOf } from '../lib/work/complexity.ts';
import type { WorkItemId } from '../lib/work/work-item.ts';
import { passGate } from './gate-watch.ts';
import { gateExit, type Verdict } from './gate-words.ts';
import { hostStores } from './host-stores.ts';
import { hostTable } from './host-table.ts';
import type { StopOrder, WatchedCommand } from './watch-command.ts';

const seconds = (usual: number, least: number) =>
  z.coerce.number(`must be seconds, from ${least} to 3600`).min(least).max(3600).default(usual);

/** What `kintsugi run --stop-on-gate` takes besides. */
export const gateFlags = {
  stopOnGate: z.boolean().default(false),
  gateEvery: seconds(15, 1),
  gateGrace: seconds(10, 0),
  table: z.string().optional(),
};

interface Flags {
  component: string;
  item?: WorkItemId | undefined;
  gateEvery: number;
  gateGrace: number;
  table?: string | undefined;
  config?: string | undefined;
}

export interface GatedRun {
  order: StopOrder;
  /** Tells the gate how it ended; an exit code when the gate ended it. */
  settle(watched: WatchedCommand, how: { isStoppedByHand: boolean }): Promise<number | undefined>;
}

/** Asks the gate for leave to start a command: an exit code when it does not let it. */
export async function askGate(flags: Flags, say: (line: string) => void): Promise<GatedRun | { exitCode: number }> {
  const { component, item } = flags;
  const stores = hostStores(await hostTable(flags, process.env));
  const stored = item && (await stores.work.get(item));
  const gate = await passGate(stores, {
    component,
    workItemId: item ?? `run-${randomUUID()}`,
    complexity: stored && complexityOf(stored.item).score,
    everySeconds: flags.gateEvery,
    say,
  });
  if (!('stop' in gate)) {
    say(`kintsugi: not started. ${gate.line}`);
    return { exitCode: gateExit[gate.kind] };
  }
  return {
    order: { signal: gate.stop, graceMs: flags.gateGrace * 1000 },
    async settle(watched, { isStoppedByHand }) {
      await gate
        .end(newsOf(watched, watched.wasStopped === true || isStoppedByHand))
        .catch((error: Error) =>
          say(`kintsugi: the gate of ${component} could not be told how it ended: ${error.message}`),
        );
      if (!watched.wasStopped) return undefined;
      const { kind, line } = gate.stop.reason as Verdict;
      say(`kintsugi: ended, and not filed as a failure. ${line}`);
      return gateExit[kind];
    },
  };
}

function newsOf({ exitCode, how, output, durationMs }: WatchedCommand, isStopped: boolean) {
  if (isStopped) return { what: 'released' as const };
  if (exitCode === 0) return { what: 'done' as const };
  const cause = causeOf({ message: how, output, exitCode, durationMs });
  const until = statedEnd(output, { now: new Date() })?.toISOString();
  return { what: 'failed' as const, cause, until };
}
