import type { RunStep } from './run.ts';

/** Twice what a runner that works tells: 10 attempts are 23 steps. */
export const maxSteps = 40;
/** What was printed is kept of the newest steps only. */
const maxTails = 3;

/**
 * The steps that a run keeps, in the runner's order, whatever order they came in and how often: a start goes when its end (or
 * a second start) is known, the same words said again replace the first, and of too many the oldest go.
 */
export function keepSteps(steps: readonly RunStep[]): RunStep[] {
  const inOrder = [...steps].sort((a, b) => a.sequence - b.sequence);
  const kept = inOrder
    .filter((step, index) => !inOrder.slice(index + 1).some((later) => overtakes(later, step)))
    .slice(-maxSteps);
  const withTail = kept.filter(({ outputTail }) => outputTail !== undefined).slice(-maxTails);
  return kept.map((step) => (withTail.includes(step) ? step : withoutTail(step)));
}

function overtakes(later: RunStep, step: RunStep): boolean {
  if (later.name !== step.name) return false;
  return step.state === 'started' || (later.state === step.state && later.detail === step.detail);
}

function withoutTail({ outputTail: _tail, ...step }: RunStep): RunStep {
  return step;
}
