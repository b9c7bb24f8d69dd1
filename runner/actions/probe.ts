import type { Program } from '../config.ts';
import type { RunJournal } from '../journal.ts';
import { tellingLines } from '../telling-lines.ts';
import { runConfigured, showProgram } from './run-step.ts';

export interface Finding {
  state: 'good' | 'bad' | 'unknown';
  what: string;
  found: string;
}

/** One thing that is looked at. It never throws and never takes longer than its time. */
export interface Probe {
  what: string;
  look(): Promise<Finding[]>;
}

const probeMs = 10_000;

export function probe(
  what: string,
  look: () => Promise<Finding[] | Pick<Finding, 'state' | 'found'>>,
  timeoutMs = probeMs,
): Probe {
  return {
    what,
    async look() {
      const late = Promise.withResolvers<Pick<Finding, 'state' | 'found'>>();
      const timer = setTimeout(late.resolve, timeoutMs, {
        state: 'unknown',
        found: `no answer within ${timeoutMs / 1000} s`,
      });
      try {
        const found = await Promise.race([look(), late.promise]);
        return Array.isArray(found) ? found : [{ what, ...found }];
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return [{ what, state: 'unknown', found: `cannot be looked at: ${why}` }];
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** A program whose exit code says whether it is well; it ends by its own time limit. */
export function programProbe(what: string, program: Program, journal: Pick<RunJournal, 'write'>): Probe {
  const timeoutMs = program.timeoutSeconds * 1000;
  const look = async () => {
    const { exitCode, how, outputTail } = await runConfigured(program, journal);
    if (exitCode === 0) return { state: 'good' as const, found: how };
    const said = tellingLines(outputTail).message?.split('\n')[0] ?? outputTail.trim().split('\n').at(-1) ?? '';
    return {
      state: 'bad' as const,
      found: [`${showProgram(program)}: ${how}`, said].filter((part) => part).join('. '),
    };
  };
  return probe(what, look, timeoutMs + 5000);
}
