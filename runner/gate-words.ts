import type { GateAnswer, GateHolder } from '../lib/gate/gate.ts';

/** Exit codes of `kintsugi gate`, and of `kintsugi run --stop-on-gate` when it does not go on. */
export const gateExit = { go: 0, hold: 10, stop: 20 } as const;

export interface Verdict {
  kind: keyof typeof gateExit;
  /** One line: why, until when, and who shut it. */
  line: string;
}

/** What an answer means for one piece of work. `isCanary`: it is the one that is tried. */
export function verdictOf(
  component: string,
  answer: GateAnswer,
  { isCanary = false, now }: { isCanary?: boolean; now: Date },
): Verdict {
  switch (answer.kind) {
    case 'go':
      if (answer.canaryOf.length === 0) {
        const splits = answer.splits
          ? `go, but items above 8 of 10 in complexity are split first: ${because(answer.splits, now)}`
          : `go: nothing holds ${component}`;
        return { kind: 'go', line: splits };
      }
      return isCanary
        ? { kind: 'go', line: `go: this is the one item that is tried on ${component}` }
        : {
            kind: 'hold',
            line: `hold: one item at a time is tried on ${component}, which \`kintsugi next\` and \`kintsugi run --stop-on-gate\` hand out; ${because(answer.canaryOf, now)}`,
          };
    case 'hold':
      return {
        kind: 'hold',
        line: `hold${answer.until ? ` until ${timeOf(answer.until)}` : ''}: ${because(answer.holders, now)}`,
      };
    case 'split':
      return {
        kind: 'hold',
        line: `hold: too complex to be tried as it is, split it first: ${because(answer.holders, now)}`,
      };
    case 'stop':
      return { kind: 'stop', line: `stop: ${because(answer.holders, now)}` };
    default:
      return answer satisfies never;
  }
}

function because(holders: readonly GateHolder[], now: Date): string {
  const [first, ...rest] = holders;
  if (!first) return 'somebody shut it';
  const { scope, reason, opens, failureId, by, canary } = first;
  const tried = canary && Date.parse(canary.until) > now.getTime() ? `${canary.workItemId} is being tried` : '';
  const facts = [scope, failureId, `by ${by}`, tried, `opens ${opens}`].filter(Boolean).join(' · ');
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  return `${reason} (${facts})${more}`.replace(/\s+/g, ' ');
}

export const timeOf = (iso: string): string => iso.replace(/\.\d+Z$/, 'Z');
