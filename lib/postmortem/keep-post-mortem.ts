import type { Failure } from '../failure/failure.ts';
import type { FailureStore, Now, SignalLedger } from '../ports.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { draftSections } from './draft-post-mortem.ts';
import type { PostMortem, PostMortemStore } from './post-mortem.ts';

export interface PostMortemPorts {
  postMortems: PostMortemStore;
  failures: Pick<FailureStore, 'timeline'>;
  ledger: Pick<SignalLedger, 'group'>;
  now: Now;
}

/** Opens the episode's post-mortem with what is known; one that is there stays as it is. */
export async function openPostMortem(ports: PostMortemPorts, failure: Failure, runs: RecoveryRun[]): Promise<void> {
  if (await ports.postMortems.get(failure.id, failure.episode)) return;
  const reason = failure.levelReasons[0];
  await ports.postMortems.put({
    schema: 1,
    failureId: failure.id,
    episode: failure.episode,
    version: 1,
    openedAt: ports.now().toISOString(),
    because: `Level ${failure.level}${reason ? `: ${reason}` : ''}`.slice(0, 300),
    filledFrom: failure.version,
    sections: await sectionsOf(ports, failure, runs),
  });
}

/** Filled anew with how it ended, once. */
export async function completePostMortem(ports: PostMortemPorts, failure: Failure, runs: RecoveryRun[]): Promise<void> {
  const kept = await ports.postMortems.get(failure.id, failure.episode);
  if (!kept || kept.filledFrom >= failure.version) return;
  const sections = await sectionsOf(ports, failure, runs);
  await ports.postMortems.put({ ...kept, version: kept.version + 1, filledFrom: failure.version, sections });
}

async function sectionsOf(
  ports: PostMortemPorts,
  failure: Failure,
  runs: RecoveryRun[],
): Promise<PostMortem['sections']> {
  const [timeline, group] = await Promise.all([
    ports.failures.timeline(failure.id),
    ports.ledger.group(failure.fingerprint),
  ]);
  const mine = timeline.filter(({ at }) => at >= failure.openedAt).sort((one, other) => one.version - other.version);
  return draftSections(failure, { timeline: mine, runs, count: group?.failureId === failure.id ? group.count : 1 });
}
