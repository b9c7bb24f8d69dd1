import type { Cause } from '../../lib/pattern/cause.ts';
import { Signal } from '../../lib/signal/signal.ts';
import type { WorkDraft } from '../../lib/work/add-work.ts';
import type { Random } from './random.ts';

/** One piece of work, and the truth about it that no gate may look at. */
export interface Item {
  draft: Pick<WorkDraft, 'title' | 'notes' | 'requirements' | 'estimateMinutes' | 'kind' | 'priority' | 'component'>;
  /** How many turns it takes, against `turnLimit`. */
  turns: number;
  runMs: number;
}

/** Whoever works has this many turns. */
export const turnLimit = 30;
export const minuteMs = 60_000;
export const component = 'task-queue';
/** What an attempt is allowed to take. */
const allowedMs = 49 * minuteMs;

const verbs = ['Describe', 'Move', 'Check', 'Rewrite', 'Draw', 'Join', 'Sort', 'Rename', 'Measure', 'Translate'];
const things = [
  'the tide table',
  'the map legend',
  'the ferry list',
  'the harbour page',
  'the buoy index',
  'the chart key',
];
const places = [
  'for the north pier',
  'for winter',
  'in three languages',
  'by island',
  'for the old lighthouse',
  'by month',
];
const line = (random: Random) => `${random.pick(verbs)} ${random.pick(things)} ${random.pick(places)}`;

/**
 * An item that takes so many turns. What can be seen of it follows from its size, with noise on each: how many things it asks for
 * (one for about three turns) and the effort that somebody wrote on it (three quarters of an hour a turn). One item in ten has a list
 * of requirements, most list them in their notes, and one in twenty is prose that says nothing about its size.
 */
export function itemOf(turns: number, random: Random): Item {
  const asked = Math.max(1, Math.round((turns / 3) * random.factor(0.2)));
  const estimateMinutes = Math.max(15, Math.round((turns * 45 * random.factor(0.25)) / 15) * 15);
  const list = Array.from({ length: asked }, (_, n) => `${line(random)} (${n + 1})`);
  const form = random.between(0, 10);
  const prose = Array.from({ length: 3 }, () => `${line(random)}, as we said last week.`).join(' ');
  return {
    turns,
    runMs: Math.max(0.5, turns * 0.7 * random.factor(0.3)) * minuteMs,
    draft: {
      kind: 'task',
      component,
      title: line(random),
      priority: random.pick([100, 200, 300, 300, 400]),
      estimateMinutes,
      requirements: form < 1 ? list : [],
      notes: form < 1 || form >= 9.5 ? prose : `${prose}\n\n${list.map((one) => `- ${one}`).join('\n')}`,
    },
  };
}

/** Sizes of all work: half of it takes less than eight turns, and about one item in eleven more than there are. */
function turnsOf(random: Random): number {
  return 8 * random.factor(1);
}

export function smallItem(random: Random): Item {
  for (;;) {
    const turns = turnsOf(random);
    if (turns <= turnLimit) return itemOf(turns, random);
  }
}

/** More than there are turns for. */
export function largeItem(random: Random): Item {
  for (;;) {
    const turns = turnsOf(random);
    if (turns > turnLimit) return itemOf(turns, random);
  }
}

/** What an attempt that one cause ended sends, in our words. */
export function signalFor(
  cause: Cause,
  { runMs, reset, at }: { runMs: number; reset: string | undefined; at: Date },
): Signal {
  const { details, exitCode } = endOf(cause, reset);
  return Signal.parse({
    version: 1,
    id: `replay-${at.getTime()}`,
    occurredAt: at.toISOString(),
    component,
    summary: 'The agent ended without a result',
    ...(details && { details }),
    error: { exitCode },
    durationMs: Math.round(runMs),
    timeLimitMs: allowedMs,
  });
}

function endOf(cause: Cause, reset: string | undefined): { details: string; exitCode: number } {
  switch (cause) {
    case 'quota':
      return { details: `starting\n${reset ?? 'usage limit reached'}`, exitCode: 1 };
    case 'turn-limit':
      return { details: `working\nReached max turns (${turnLimit})`, exitCode: 1 };
    case 'limit-mismatch':
      return { details: 'working', exitCode: 124 };
    case 'upstream':
      return { details: 'API error: 503 Service Unavailable', exitCode: 1 };
    case 'killed':
      return { details: '', exitCode: -1 };
    default:
      throw new Error(`nothing in the record ended by ${cause}`);
  }
}
