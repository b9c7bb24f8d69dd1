import type { Failure } from '../failure/failure.ts';
import type { RunStore } from '../ports.ts';
import type { RunnerStore } from '../recovery/runner-presence.ts';
import type { ResponseFacts } from './offers.ts';

/** What decides, besides the failure's own state, what can be done about it. */
export async function readFacts(
  { runs, runners }: { runs: Pick<RunStore, 'list'>; runners: Pick<RunnerStore, 'list'> },
  { id }: Pick<Failure, 'id'>,
): Promise<ResponseFacts> {
  const [listed, known] = await Promise.all([runs.list(id), runners.list()]);
  return { runs: listed, runners: known };
}
