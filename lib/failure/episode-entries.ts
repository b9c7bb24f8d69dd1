import type { TimelineEntry } from './timeline-entry.ts';

/** The entries of one episode, oldest first, from the one that opened it. */
export function episodeEntries(timeline: readonly TimelineEntry[], episode: number): TimelineEntry[] {
  let current = 0;
  return timeline
    .toSorted((one, other) => one.version - other.version)
    .filter((entry) => {
      if (opensEpisode(entry)) current++;
      return current === episode;
    });
}

export function opensEpisode({ kind }: Pick<TimelineEntry, 'kind'>): boolean {
  return kind === 'opened' || kind === 'recurred';
}
