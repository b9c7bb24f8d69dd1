import { episodeEntries } from '../failure/episode-entries.ts';
import type { Failure } from '../failure/failure.ts';
import type { TimelineEntry } from '../failure/timeline-entry.ts';
import type { FailureStore, Now, SignalLedger } from '../ports.ts';
import type { RecoveryRun } from '../recovery/run.ts';
import { countSignals } from '../response/count-signals.ts';
import { asItEnded } from './as-it-ended.ts';
import { draftSections } from './draft-post-mortem.ts';
import { type PostMortem, type PostMortemStore, postMortemFrom } from './post-mortem.ts';

export interface PostMortemPorts {
  postMortems: PostMortemStore;
  failures: Pick<FailureStore, 'timeline'>;
  ledger: Pick<SignalLedger, 'group'>;
  now: Now;
}

/** Opens the episode's post-mortem with what is known; one that is there stays as it is. */
export async function openPostMortem(ports: PostMortemPorts, failure: Failure, runs: RecoveryRun[]): Promise<void> {
  if (await ports.postMortems.get(failure.id, failure.episode)) return;
  await ports.postMortems.put({
    ...opened(failure, ports.now()),
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

/** Episodes that the next one overtook before anybody looked at their end have their post-mortem, too. */
export async function completeOvertaken(ports: PostMortemPorts, failure: Failure, runs: RecoveryRun[]): Promise<void> {
  const lookedAt = failure.response?.episode ?? 1;
  const hasOne = (episode: number) =>
    failure.response?.episode === episode && failure.response.done.includes('post-mortem');
  const overtaken = failure.pastEpisodes.filter(
    ({ episode, level }) => episode >= lookedAt && (level >= postMortemFrom || hasOne(episode)),
  );
  if (failure.episode === lookedAt || overtaken.length === 0) return;
  const timeline: TimelineEntry[] = await ports.failures.timeline(failure.id);
  for (const past of overtaken) {
    const entries = episodeEntries(timeline, past.episode);
    const ended = asItEnded(failure, past, { version: entries.at(-1)?.version ?? 1 });
    const kept = await ports.postMortems.get(failure.id, past.episode);
    if (kept ? kept.filledFrom >= ended.version : past.level < postMortemFrom) continue;
    const sections = draftSections(ended, {
      timeline: entries,
      runs: runs.filter((run) => run.episode === past.episode),
    });
    await ports.postMortems.put(
      kept
        ? // What its own report said of the impact is known from there alone.
          { ...kept, version: kept.version + 1, filledFrom: ended.version, sections: withImpact(sections, kept) }
        : { ...opened(ended, ports.now()), sections },
    );
  }
}

function opened(failure: Failure, now: Date): Omit<PostMortem, 'sections'> {
  const reason = failure.levelReasons[0];
  return {
    schema: 1,
    failureId: failure.id,
    episode: failure.episode,
    version: 1,
    openedAt: now.toISOString(),
    because: `Level ${failure.level}${reason ? `: ${reason}` : ''}`.slice(0, 300),
    filledFrom: failure.version,
  };
}

function withImpact(sections: PostMortem['sections'], { sections: { impact } }: PostMortem): PostMortem['sections'] {
  return { ...sections, impact: [...impact, ...sections.impact.slice(-1)] };
}

async function sectionsOf(
  { failures, ledger }: PostMortemPorts,
  failure: Failure,
  runs: RecoveryRun[],
): Promise<PostMortem['sections']> {
  const [timeline, { counts }] = await Promise.all([failures.timeline(failure.id), countSignals({ ledger }, failure)]);
  return draftSections(failure, {
    timeline: episodeEntries(timeline, failure.episode),
    runs,
    count: counts.count,
  });
}
