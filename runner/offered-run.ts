import type { RunnerCommand } from '../lib/recovery/command.ts';
import type { Site } from './actions/action.ts';
import { recoveries } from './actions/registry.ts';
import type { RunnerContext } from './context.ts';
import type { RunJournal } from './journal.ts';

export type Offer = Extract<RunnerCommand, { kind: 'offer' }>;

/** What was offered, as the journal has it. */
export function offerOf(run: RunJournal): Offer {
  const offer = run.find('offered')?.offer;
  if (offer?.kind !== 'offer') throw new Error(`${run.runId}: the journal holds no offer`);
  return offer;
}

export function siteOf({ config, journal }: Pick<RunnerContext, 'config' | 'journal'>, run: RunJournal): Site {
  const { component, workTree, order } = offerOf(run);
  return { config, component, workTree, order, journal: run, past: journal.find };
}

/** Once it is planned, it is about the places of its plan, whatever runner.yml says by now. */
export function placesOf(context: Pick<RunnerContext, 'config' | 'journal'>, run: RunJournal): string[] {
  return run.find('planned')?.places ?? recoveries[offerOf(run).strategy].places(siteOf(context, run));
}
